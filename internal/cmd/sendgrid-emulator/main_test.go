package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// started is an emulator that run serves.
type started struct {
	t        *testing.T
	url, key string
	// log is what it prints about requests.
	log *bufio.Scanner
}

// start starts run with arguments until the test ends.
func start(t *testing.T, args ...string) started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	log, stderr := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, args, stdout, stderr)
		_ = stdout.Close() // Nothing more is printed, even if run fails at once.
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		_ = log.Close() // Nobody reads what is still to be printed.
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(out)
	return started{
		t:   t,
		url: variable(t, lines, "SENDGRID_BASE_URL"),
		key: variable(t, lines, "SENDGRID_API_KEY"),
		log: bufio.NewScanner(log),
	}
}

func variable(t *testing.T, lines *bufio.Scanner, name string) string {
	t.Helper()
	lines.Scan()
	value, ok := strings.CutPrefix(lines.Text(), "export "+name+"=")
	if !ok {
		t.Fatalf("printed %q, want %s", lines.Text(), name)
	}
	return value
}

// send sends a request, and returns what the emulator prints about it and the body
// of the response.
func (s started) send(method, path, account, body string) (logged, received string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	if account != "" {
		req.Header.Set("On-Behalf-Of", account)
	}
	scanned := make(chan string)
	go func() {
		s.log.Scan()
		scanned <- s.log.Text()
	}()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return <-scanned, err.Error()
	}
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		content = []byte(err.Error())
	}
	_ = resp.Body.Close()
	return <-scanned, string(content)
}

func TestRun(t *testing.T) {
	t.Parallel()
	const create = `{"name":"k","scopes":["mail.send"]}`
	type request struct{ method, path, account, body, logged, received string }
	for name, tt := range map[string]struct {
		args     []string
		requests []request
	}{
		"no flags": {nil, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", `"scopes":["mail.send"]`},
			{"GET", "/v3/api_keys", "sub-a", "", "GET /v3/api_keys on behalf of sub-a 403", "access forbidden"},
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 200", "2fa_required"},
		}},
		"rate limit on creating keys": {[]string{"-rate", "1/876000h"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", "api_key_id"},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 429", "too many requests"},
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 200", ""},
		}},
		"rate limits": {[]string{"-rate", "GET /v3/scopes 1/876000h", "-rate", "2/876000h"}, []request{
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 200", ""},
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 429", ""},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
		}},
		"subusers": {[]string{"-subuser", "sub-a", "-subuser", "sub-b"}, []request{
			{"GET", "/v3/api_keys", "sub-a", "", "GET /v3/api_keys on behalf of sub-a 200", ""},
			{"GET", "/v3/api_keys", "sub-b", "", "GET /v3/api_keys on behalf of sub-b 200", ""},
			{"GET", "/v3/api_keys", "sub-c", "", "GET /v3/api_keys on behalf of sub-c 403", ""},
		}},
		"scopes": {[]string{"-credential-scopes", "mail.send, api_keys.read", "-auto-assigned", "x.new"}, []request{
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 200", `{"scopes":["api_keys.read","mail.send","x.new"]}`},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 403", "access forbidden"},
		}},
		"no auto-assigned scopes": {[]string{"-credential-scopes", "mail.send", "-auto-assigned", ""}, []request{
			{"GET", "/v3/scopes", "", "", "GET /v3/scopes 200", `{"scopes":["mail.send"]}`},
		}},
		"unavailable scopes": {[]string{"-unavailable", "mail.send"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 500", ""},
		}},
		"key limit": {[]string{"-key-limit", "1"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 403", "Cannot create more than 1 API Keys"},
		}},
		"lag": {[]string{"-lag", "1h", "-latency", "1ms"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
			{"GET", "/v3/api_keys", "", "", "GET /v3/api_keys 200", `{"result":[]}`},
		}},
		"faults": {[]string{"-fault", "POST /v3/api_keys page-502", "-fault", "POST /v3/api_keys after-503 times=2 skip=1"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 502", "<html>"},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 503", "service unavailable"},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 503", "service unavailable"},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
		}},
		"broken responses": {[]string{"-fault", "POST /v3/api_keys empty", "-fault", "POST /v3/api_keys cut", "-fault", "POST /v3/api_keys after-reset"}, []request{
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", ""},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 201", "unexpected EOF"},
			{"POST", "/v3/api_keys", "", create, "POST /v3/api_keys 0", "read tcp"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tt.args...)
			for _, r := range tt.requests {
				logged, received := s.send(r.method, r.path, r.account, r.body)
				if logged != r.logged || !strings.Contains(received, r.received) {
					t.Errorf("%s %s: logged %q, received %s", r.method, r.path, logged, received)
				}
			}
		})
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-addr", "0.0.0.0:0"}, "not a loopback address"},
		{[]string{"-rate", "3"}, `"" is not a window such as 2s`},
		{[]string{"-rate", "x/2s"}, `"x" is not a number of requests`},
		{[]string{"-rate", "0/2s"}, `"0" is not a number of requests`},
		{[]string{"-rate", "3/-2s"}, `"-2s" is not a window such as 2s`},
		{[]string{"-rate", "GET /v3/mail 3/2s"}, "GET /v3/mail is not a route"},
		{[]string{"-fault", "hang"}, "want a method, a path and a behavior"},
		{[]string{"-fault", "POST /v3/mail/send hang"}, "POST /v3/mail/send is not a route"},
		{[]string{"-fault", "POST /v3/api_keys explode"}, `unknown behavior "explode"`},
		{[]string{"-fault", "POST /v3/api_keys 200"}, `unknown behavior "200"`},
		{[]string{"-fault", "POST /v3/api_keys hang often"}, `unknown option "often"`},
		{[]string{"-fault", "POST /v3/api_keys after-cut"}, `unknown behavior "after-cut"`},
		{[]string{"-lag", "two"}, "invalid duration"},
		{[]string{"-key-limit", "0"}, "must not be 0"},
		{[]string{"-unknown"}, "not defined: -unknown"},
		{[]string{"POST"}, `unexpected argument "POST"`},
	} {
		if err := run(t.Context(), tt.args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.args, err, tt.want)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

// README.md describes every flag, and only behaviors that exist.
func TestReadme(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if !strings.Contains(text, emulator.Credential) {
		t.Error("README.md has another credential")
	}
	var usage strings.Builder
	_, _ = parse([]string{"-h"}, &usage)
	for _, name := range regexp.MustCompile(`(?m)^  (-[\w-]+)`).FindAllStringSubmatch(usage.String(), -1) {
		if !strings.Contains(text, "\n| `"+name[1]+" ") {
			t.Errorf("README.md lacks %s", name[1])
		}
	}
	_, behaviors, _ := strings.Cut(text, "\n## Faults\n")
	names := regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)`").FindAllStringSubmatch(behaviors, -1)
	if len(names) < 5 {
		t.Fatalf("README.md has no table of behaviors: %q", names)
	}
	for _, name := range names {
		if _, err := parseBehavior(name[1]); err != nil {
			t.Error(err)
		}
	}
}
