// Command demo shows the provider at work: it drives a real CLI through the
// life of some API keys, with the configuration in examples/demo and an emulator
// of SendGrid, and prints the requests of each step.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var d demo
	flag.StringVar(&d.cli, "cli", "terraform", "the terraform or tofu to drive")
	flag.StringVar(&d.source, "source", ".", "the root of the project")
	flag.BoolVar(&d.live, "live", false, "use the account of SENDGRID_API_KEY instead of an emulator")
	flag.Parse()
	d.out = os.Stdout

	// Ctrl-C reaches the CLI as well, which ends its step in order. The demo then
	// destroys what it has created.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := d.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}
