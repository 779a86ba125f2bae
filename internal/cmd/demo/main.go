// Command demo tells the story of some API keys: it drives a real CLI through
// them, with the configuration in examples/demo and an emulator of SendGrid. It
// fails when a step does not do what its sentence says.
package main

import (
	"context"
	"errors"
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
	flag.BoolVar(&d.verbose, "v", false, "print everything that the CLI prints")
	recording := flag.String("cast", "", "record the demo in a `file`, in asciicast format")
	flag.Parse()
	d.screen.out = os.Stdout
	d.screen.color = isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == ""

	// Ctrl-C reaches the CLI as well, which ends its step in order. The demo then
	// destroys what it has created.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := d.run(ctx)
	stop()
	if *recording != "" {
		err = errors.Join(err, d.screen.save(*recording))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
