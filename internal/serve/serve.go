// Package serve runs the provider as a process that Terraform starts: with
// contexts that end with their RPC, without logs that nobody reads, and without
// leaving ephemeral keys behind.
package serve

import (
	"context"
	"errors"
	"log"
	"os"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// Options say how to serve.
type Options struct {
	// Version is the version of the provider.
	Version string
	// Debug serves for a debugger such as delve, and prints how to attach
	// Terraform. The process then ends with Ctrl-C, not with Terraform.
	Debug bool
}

const (
	// farewell is how long the process has after Terraform asked it to end:
	// go-plugin kills it two seconds after that.
	farewell = 1500 * time.Millisecond
	// orphanFarewell is how long the process has if Terraform has died: nobody
	// waits for it, and nobody kills it.
	orphanFarewell = time.Minute
)

// Serve serves the provider until Terraform asks it to end or has died. Then it
// revokes the ephemeral keys that Terraform did not close. The error names the keys
// that may still be live.
func Serve(ctx context.Context, o Options) error {
	log.SetOutput(maskedLog{os.Stderr})
	var options []tf6server.ServeOpt
	var orphaned <-chan struct{}
	if o.Debug {
		options = append(options, tf6server.WithManagedDebug(),
			tf6server.WithManagedDebugStopSignals([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}))
	} else {
		orphaned = parentEnded()
		outliveSignals()
		if err := quietLogs(); err != nil {
			return err
		}
	}
	var open keys.OpenKeys
	served := make(chan error, 1)
	go func() {
		served <- tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
			return newServer(provider.New(o.Version, &open))
		}, options...)
	}()
	var err error
	limit := farewell
	select {
	case err = <-served:
	case <-orphaned:
		limit = orphanFarewell
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return errors.Join(err, open.RevokeAll(ctx))
}
