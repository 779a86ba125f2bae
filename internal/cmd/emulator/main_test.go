package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, stdout := io.Pipe()
	log, stderr := io.Pipe()
	done := make(chan error, 1)
	const century = "876000h" // A window long enough for both requests.
	go func() {
		done <- run(ctx, []string{"-rate", "1/" + century, "-subuser", "sub-a", "-subuser", "sub-b"}, stdout, stderr)
	}()

	lines := bufio.NewScanner(out)
	lines.Scan()
	url, ok := strings.CutPrefix(lines.Text(), "export SENDGRID_BASE_URL=")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatalf("first line %q", lines.Text())
	}
	lines.Scan()
	key, ok := strings.CutPrefix(lines.Text(), "export SENDGRID_API_KEY=")
	if !ok || key != emulator.Credential {
		t.Fatalf("second line %q", lines.Text())
	}

	requests := bufio.NewScanner(log)
	for _, tt := range []struct{ method, account, want string }{
		{http.MethodPost, "", "POST /v3/api_keys 201"},
		{http.MethodPost, "", "POST /v3/api_keys 429"},
		{http.MethodGet, "sub-a", "GET /v3/api_keys on behalf of sub-a 200"},
		{http.MethodGet, "sub-b", "GET /v3/api_keys on behalf of sub-b 200"},
		{http.MethodGet, "sub-c", "GET /v3/api_keys on behalf of sub-c 403"},
	} {
		req, err := http.NewRequestWithContext(ctx, tt.method, url+"/v3/api_keys", strings.NewReader(`{"name":"k"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		if tt.account != "" {
			req.Header.Set("On-Behalf-Of", tt.account)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if requests.Scan(); requests.Text() != tt.want {
			t.Errorf("logged %q, want %q", requests.Text(), tt.want)
		}
	}

	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunRejectsArguments(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"-addr :0", "-addr 0.0.0.0:0", "-rate 3", "-rate x/2s", "-rate 0/2s", "-rate 3/-2s", "-unknown"} {
		if err := run(t.Context(), strings.Fields(args), io.Discard, io.Discard); err == nil {
			t.Errorf("%s: no error", args)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}
