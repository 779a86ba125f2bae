package provider

import (
	"os"
	"strings"
)

// QuietLogs turns the logs of the plugin libraries off where Terraform would throw
// them away. Unless told a level they write at TRACE, which is half of what the
// provider computes, and Terraform parses every line before it drops it.
//
// The libraries read the levels from the environment at every call. Call it before
// serving; the error is that of [os.Setenv].
func QuietLogs() error {
	return quietLogs(os.Environ(), os.Setenv)
}

func quietLogs(environ []string, setenv func(name, value string) error) error {
	if logsWanted(environ) {
		return nil
	}
	// The levels of terraform-plugin-go, of the framework, and of this provider.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_SENDGRID"} {
		if err := setenv(name, "OFF"); err != nil {
			return err
		}
	}
	return nil
}

// logsWanted reports whether anything asks Terraform or the libraries for logs:
// TF_LOG, TF_LOG_PROVIDER and the like, or TF_TEMP_LOG_PATH, which has Terraform
// keep all of them for whoever runs it.
func logsWanted(environ []string) bool {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && !strings.EqualFold(value, "off") && (strings.HasPrefix(name, "TF_LOG") || name == "TF_TEMP_LOG_PATH") {
			return true
		}
	}
	return false
}
