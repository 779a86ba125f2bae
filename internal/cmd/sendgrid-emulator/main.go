// Command sendgrid-emulator runs an emulator of SendGrid's API for API keys until
// it is interrupted. README.md describes it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "sendgrid-emulator:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. When it is ready, it prints the environment variables
// of the provider to stdout, to be pasted into a shell. It prints a line per
// request to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	o.config.Log = func(r emulator.Request) { fmt.Fprintln(stderr, r, r.Status) }
	server, err := emulator.Listen(o.config)
	if err != nil {
		return err
	}
	defer server.Close()
	server.Inject(o.faults...)
	fmt.Fprintf(stdout, "export SENDGRID_BASE_URL=%s\nexport SENDGRID_API_KEY=%s\n", server.URL(), emulator.Credential)
	<-ctx.Done()
	return nil
}
