package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// id is a key's id. The key need not exist.
const id = "some-key_id"

// start returns a server that is closed when the test ends.
func start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	return openapi.Start(t, cfg)
}

// startInMemory returns a server without a network, for tests in virtual time,
// and a function that connects a client to it.
func startInMemory(t *testing.T, cfg emulator.Config) (*emulator.Server, func(sendgrid.Options) *sendgrid.Client) {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	return start(t, cfg), func(o sendgrid.Options) *sendgrid.Client {
		o.Dial = network.Dial
		return connect(t, o)
	}
}

// failing returns a server that handles every request with do.
func failing(t *testing.T, do emulator.Behavior) *emulator.Server {
	t.Helper()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Times: -1, Do: do})
	return s
}

// recordedRequest is a request without the headers that net/http adds.
type recordedRequest struct {
	Line   string
	Header http.Header
	Body   string
}

// record returns a server that responds to every request in the same way, and
// the requests that it received. They may be read between calls.
func record(t *testing.T, status int, body string) (*httptest.Server, *[]recordedRequest) {
	t.Helper()
	var received []recordedRequest
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		h := r.Header.Clone()
		h.Del("Accept-Encoding")
		h.Del("Content-Length")
		received = append(received, recordedRequest{r.Method + " " + r.RequestURI, h, string(data)})
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s, &received
}

// options are those of a client that retries twice, almost immediately.
func options(url string) sendgrid.Options {
	return sendgrid.Options{
		APIKey:         emulator.Credential,
		BaseURL:        url,
		UserAgent:      "test/1.0",
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   time.Millisecond,
		RetryWaitMax:   time.Millisecond,
	}
}

func connect(t *testing.T, o sendgrid.Options) *sendgrid.Client {
	t.Helper()
	c, err := sendgrid.New(o)
	noError(t, err)
	return c
}

// operation is a method of the client. Those about a single key use id.
type operation func(ctx context.Context, c *sendgrid.Client, id string) error

func create(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{"mail.send"}})
	return err
}

func read(ctx context.Context, c *sendgrid.Client, id string) error {
	_, err := c.GetAPIKey(ctx, sendgrid.Parent, id)
	return err
}

func list(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.ListAPIKeys(ctx, sendgrid.Parent)
	return err
}

func rename(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.RenameAPIKey(ctx, sendgrid.Parent, id, "k")
}

func update(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.UpdateAPIKey(ctx, sendgrid.Parent, id, "k", []string{"mail.send"})
}

func remove(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.DeleteAPIKey(ctx, sendgrid.Parent, id)
}

func listScopes(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.ListScopes(ctx, sendgrid.Parent)
	return err
}

// operations returns an operation for each HTTP method.
func operations() map[string]operation {
	return map[string]operation{
		http.MethodGet:    read,
		http.MethodPut:    update,
		http.MethodPatch:  rename,
		http.MethodDelete: remove,
		http.MethodPost:   create,
	}
}

// repeat runs an operation n times with a number of concurrent workers, as
// Terraform does.
func repeat(t *testing.T, c *sendgrid.Client, id string, do operation, workers, n int) {
	t.Helper()
	var started atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for started.Add(1) <= int64(n) {
				if err := do(t.Context(), c, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// errorBody returns a body with a message in the form of the management API.
func errorBody(message string) string {
	return fmt.Sprintf(`{"errors":[{"field":null,"message":%q}]}`, message)
}

// details returns the details of a response with one message.
func details(message string) []sendgrid.Detail {
	return []sendgrid.Detail{{Message: message}}
}

// decimal returns a time in the format of X-RateLimit-Reset.
func decimal(at time.Time) string {
	return strconv.FormatInt(at.Unix(), 10)
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// apiError returns err as an *sendgrid.Error.
func apiError(t *testing.T, err error) *sendgrid.Error {
	t.Helper()
	var failure *sendgrid.Error
	if !errors.As(err, &failure) {
		t.Fatalf("error %v (%T) is not an *sendgrid.Error", err, err)
	}
	return failure
}

// report is the content of an error. Message lacks the server's URL.
type report struct {
	Kind     sendgrid.Kind
	Status   int
	Details  []sendgrid.Detail
	Attempts int
	Message  string
}

func reportOf(t *testing.T, err error, url string) report {
	t.Helper()
	failure := apiError(t, err)
	message := strings.ReplaceAll(failure.Error(), url, "")
	return report{failure.Kind, failure.Status, failure.Details, failure.Attempts, message}
}

// expectError compares an error, and the number of attempts that it reports
// with the number of requests that s received.
func expectError(t *testing.T, s *emulator.Server, err error, want report) {
	t.Helper()
	equal(t, reportOf(t, err, s.URL()), want)
	if n := len(s.Requests()); n != want.Attempts {
		t.Errorf("received %d requests, want %d", n, want.Attempts)
	}
}
