package serve

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuietLogs(t *testing.T) {
	t.Parallel()
	off := map[string]string{
		"TF_LOG_SDK":               "OFF",
		"TF_LOG_SDK_PROTO":         "OFF",
		"TF_LOG_SDK_FRAMEWORK":     "OFF",
		"TF_LOG_PROVIDER_SENDGRID": "OFF",
	}
	for name, test := range map[string]struct {
		environ []string
		want    map[string]string
	}{
		"nothing asks for logs":         {environ: []string{"HOME=/root", "TF_IN_AUTOMATION=1"}, want: off},
		"an empty level":                {environ: []string{"TF_LOG="}, want: off},
		"no logs":                       {environ: []string{"TF_LOG=off"}, want: off},
		"all logs":                      {environ: []string{"TF_LOG=TRACE"}},
		"logs of providers":             {environ: []string{"TF_LOG_PROVIDER=DEBUG"}},
		"logs of this provider":         {environ: []string{"TF_LOG_PROVIDER_SENDGRID=INFO"}},
		"logs for whoever runs the CLI": {environ: []string{"TF_TEMP_LOG_PATH=/tmp/log"}},
		"a library's logs":              {environ: []string{"TF_LOG_SDK_PROTO=TRACE"}},
		"logs in a file, with level":    {environ: []string{"TF_LOG_PATH=/tmp/log", "TF_LOG=INFO"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got map[string]string
			err := setQuiet(test.environ, func(name, value string) error {
				if got == nil {
					got = map[string]string{}
				}
				got[name] = value
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("levels set (-want +got):\n%s", diff)
			}
		})
	}
}

// What net/http logs with GODEBUG=http2debug=2 does not contain the credential, even
// if it does not look like an API key.
func TestMaskedLog(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	line := `http2: Transport encoding header "authorization" = "Bearer gateway-token"` + "\n" +
		`http2: Framer wrote SG.abc.def, :path = "/v3/scopes"` + "\n"
	n, err := maskedLog{&out}.Write([]byte(line))
	if err != nil || n != len(line) {
		t.Errorf("wrote %d of %d bytes: %v", n, len(line), err)
	}
	want := `http2: Transport encoding header "authorization" = "***"` + "\n" +
		`http2: Framer wrote SG.***, :path = "/v3/scopes"` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
