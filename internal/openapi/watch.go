package openapi

import (
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// directory is the environment variable that names where SendGrid's files are.
const directory = "SENDGRID_OPENAPI"

// published is SendGrid's specification, nil if there are no files.
var published = sync.OnceValues(func() (*specification, error) {
	dir := os.Getenv(directory)
	if dir == "" {
		return nil, nil
	}
	return load(os.DirFS(dir), deviations)
})

// Start returns an emulator that is closed when the test ends. It fails the test for
// every request, and every response of the emulator's own, that SendGrid's files do
// not allow.
func Start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	if v := newViolations(t); v != nil {
		cfg.OnRequest, cfg.OnResponse = v.checkRequest, v.checkResponse
	}
	return start(t, cfg)
}

// StartForWrongRequests is Start for a test that sends wrong requests on purpose.
func StartForWrongRequests(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	if v := newViolations(t); v != nil {
		cfg.OnResponse = v.checkResponse
	}
	return start(t, cfg)
}

func start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	server := emulator.Start(cfg)
	t.Cleanup(server.Close)
	return server
}

// violations collects what a test must report. An emulator can handle a request
// while the test ends, when it is too late for testing.T.Error.
type violations struct {
	spec *specification

	mu   sync.Mutex
	list []string
}

// newViolations returns nil if there are no files. It reports in a cleanup, which runs
// after that of a server that is started later.
func newViolations(t *testing.T) *violations {
	t.Helper()
	spec, err := published()
	if err != nil {
		t.Fatalf("%s: %v", directory, err)
	}
	if spec == nil {
		return nil
	}
	v := &violations{spec: spec}
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, text := range v.list {
			t.Error(text)
		}
	})
	return v
}

func (v *violations) checkRequest(r *http.Request) {
	if err := v.spec.validateRequest(r); err != nil {
		v.add(fmt.Sprintf("SendGrid's OpenAPI files do not allow the request %s %s: %v", r.Method, r.URL.Path, err))
	}
}

func (v *violations) checkResponse(r *http.Request, resp emulator.Response) {
	if err := v.spec.validateResponse(r, resp.Status, resp.Header, resp.Body); err != nil {
		v.add(fmt.Sprintf("SendGrid's OpenAPI files do not allow the response %d to %s %s: %v", resp.Status, r.Method, r.URL.Path, err))
	}
}

func (v *violations) add(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.list = append(v.list, text)
}
