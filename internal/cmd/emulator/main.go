// Command emulator runs an emulated SendGrid until it is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends. It prints the provider's environment variables to
// stdout, ready to paste into a shell, and a line per request to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	cfg := emulator.Config{
		Log: func(r emulator.Request) { fmt.Fprintln(stderr, r, r.Status) },
	}
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.Addr, "addr", "127.0.0.1:0", "loopback `address` to listen on")
	flags.Func("rate", "`limit` on creating keys, such as 3/2s (default no limit)", func(s string) error {
		limit, err := parseRate(s)
		cfg.RateLimits = []emulator.RateLimit{limit}
		return err
	})
	flags.Func("subuser", "`username` of a subuser; can be repeated", func(s string) error {
		cfg.Subusers = append(cfg.Subusers, s)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}

	server, err := emulator.Listen(cfg)
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Fprintf(stdout, "export SENDGRID_BASE_URL=%s\n", server.URL())
	fmt.Fprintf(stdout, "export SENDGRID_API_KEY=%s\n", emulator.Credential)
	<-ctx.Done()
	return nil
}

// parseRate parses "requests/window".
func parseRate(s string) (emulator.RateLimit, error) {
	requests, window, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(requests)
	if err != nil {
		return emulator.RateLimit{}, err
	}
	d, err := time.ParseDuration(window)
	if err != nil {
		return emulator.RateLimit{}, err
	}
	if n <= 0 || d <= 0 {
		return emulator.RateLimit{}, errors.New("must be positive")
	}
	return emulator.RateLimit{
		Method:   http.MethodPost,
		Path:     "/v3/api_keys",
		Requests: n,
		Window:   d,
	}, nil
}
