// Command probe finds out on a real account what SendGrid's documentation leaves
// open, and compares it with what the provider assumes. It creates API keys,
// changes no others, and deletes them before it ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func main() {
	// Without this, a closed pipe, as of "| head", would end the process before
	// it has deleted its keys.
	signal.Ignore(syscall.SIGPIPE)
	// The signals stay caught until the process exits: a second Ctrl-C must not
	// interrupt the deletion of the keys.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

// run prints the table to stdout, also an incomplete one, and every call to
// stderr.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o := options{log: stderr, maxIdle: 10 * time.Minute}
	flags := flag.NewFlagSet("probe", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.url, "url", sendgrid.GlobalURL, "`URL` of the account's region")
	flags.StringVar(&o.otherURL, "other-url", sendgrid.EUURL, "`URL` of the other region")
	flags.BoolVar(&o.idle, "idle", false, "measure how long idle connections stay open, up to ten minutes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, s := range []string{o.url, o.otherURL} {
		if err := checkURL(s); err != nil {
			return err
		}
	}
	if o.credential = getenv("SENDGRID_API_KEY"); o.credential == "" || getenv("TF_ACC") != "1" {
		return errors.New("this creates API keys in a real account and deletes them: set SENDGRID_API_KEY and TF_ACC=1")
	}

	p := newProber(o)
	err := p.run(ctx)
	if printErr := p.table.print(stdout); printErr != nil {
		err = errors.Join(err, printErr)
	}
	fmt.Fprintf(stderr, "%d calls\n", p.calls)
	return err
}

// checkURL protects the credential: only a loopback address gets it unencrypted.
func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return err
	}
	loopback := u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1"
	if u.Scheme == "https" && u.Host != "" || u.Scheme == "http" && loopback {
		return nil
	}
	return fmt.Errorf("%s: not an https:// URL", u.Redacted())
}
