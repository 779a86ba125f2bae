package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A key goes through its life with everything logged. The log contains each attempt
// at a request, and neither the credential nor the secret of the key.
func TestLog(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	var log, libraryLog bytes.Buffer
	s.ctx = tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &log), &libraryLog)

	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	created := e.onlyKey()
	e.emulator.Inject(emulator.Fault{
		Method: "GET", Path: keyByID, Do: emulator.JSONError(http.StatusServiceUnavailable, "", "no response to "+created.Secret),
	})
	k, diags = s.read(k)
	diags.requireNone(t)
	imported, diags := s.importKey(created.ID)
	diags.requireNone(t)
	k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"alerts.read"}})
	diags.requireNone(t)
	_, diags = s.apply(k, nil)
	diags.requireNone(t)
	if imported.attr(t, "api_key") != nil {
		t.Error("the import has a secret")
	}

	entries, err := tflogtest.MultilineJSONDecode(bytes.NewReader(log.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var attempts []string
	for _, entry := range entries {
		if entry["@message"] == "SendGrid request" {
			attempts = append(attempts, fmt.Sprint(entry["method"], " ", entry["path"], " ", entry["status"], " ", entry["attempt"]))
			if _, timed := entry["duration_ms"].(float64); !timed {
				t.Errorf("an attempt has duration %v", entry["duration_ms"])
			}
		}
	}
	path := "/v3/api_keys/" + created.ID
	want := []string{
		"GET /v3/api_keys 200 1",
		"GET /v3/scopes 200 1",
		"POST /v3/api_keys 201 1",
		"GET " + path + " 503 1", "GET " + path + " 200 2",
		"GET " + path + " 200 1",
		"PUT " + path + " 200 1",
		"DELETE " + path + " 204 1",
	}
	slices.Sort(attempts[:2]) // The preflight sends both at once.
	if diff := cmp.Diff(want, attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	secretPart := created.Secret[strings.LastIndex(created.Secret, ".")+1:]
	for _, secret := range []string{emulator.Credential, created.Secret, secretPart, "Bearer"} {
		if strings.Contains(log.String()+libraryLog.String(), secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
}

// One RPC may send many requests at once, each of which is logged.
func TestLogOfManyAtOnce(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for range 30 {
		e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	}
	s := e.server(nil)
	var log lockedBuffer
	s.ctx = tflog.SetField(tflogtest.RootLogger(t.Context(), &log), "provider", "sendgrid")
	_, diags := s.readData("sendgrid_api_keys", attrs{"include_scopes": true})
	diags.requireNone(t)
	if got := strings.Count(log.String(), "SendGrid request"); got != 31 {
		t.Errorf("%d requests were logged, want 31", got)
	}
}

// An API key that gets into a log entry by mistake is masked.
func TestMaskSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx := maskSecrets(tflogtest.RootLogger(t.Context(), &log))
	tflog.Error(ctx, "created "+emulator.Credential, map[string]any{"key": emulator.Credential})
	if got := log.String(); strings.Contains(got, emulator.Credential) || !strings.Contains(got, "***") {
		t.Errorf("got %s", got)
	}
}

// Every request says who sends it.
func TestUserAgent(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	if got, want := e.emulator.Requests()[0].UserAgent, "terraform-provider-sendgrid/test Terraform/1.11.4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// lockedBuffer is a buffer that several loggers write to.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}
