package serve

import (
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// maskedLog is where Go's own logger writes to. With GODEBUG=http2debug=2, net/http
// logs every header, including the credential.
type maskedLog struct{ w io.Writer }

var authorization = regexp.MustCompile(`(?i)(authorization"?( =|:) *"?)[^"\n]*`)

// Write masks the credential in a line of the log. It reports the length of the
// line, because the logger knows nothing of the mask.
func (m maskedLog) Write(line []byte) (int, error) {
	masked := authorization.ReplaceAllString(sendgrid.Redact(string(line)), "${1}***")
	if _, err := io.WriteString(m.w, masked); err != nil {
		return 0, err
	}
	return len(line), nil
}

// quietLogs turns off the logs of the plugin libraries where Terraform would
// discard them. Without a level the libraries log at TRACE, which takes half of
// the provider's processor time, and Terraform parses every line before it drops
// it.
//
// The libraries read the levels from the environment at every call, so this has
// to run before the provider is served. The error is that of [os.Setenv].
func quietLogs() error {
	return setQuiet(os.Environ(), os.Setenv)
}

func setQuiet(environ []string, setenv func(name, value string) error) error {
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

// logsWanted reports whether the environment asks Terraform or the libraries for
// logs: with TF_LOG, TF_LOG_PROVIDER and the like, or with TF_TEMP_LOG_PATH,
// which makes Terraform keep all logs.
func logsWanted(environ []string) bool {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && !strings.EqualFold(value, "off") && (strings.HasPrefix(name, "TF_LOG") || name == "TF_TEMP_LOG_PATH") {
			return true
		}
	}
	return false
}
