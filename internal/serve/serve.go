// Package serve runs the provider as a process that Terraform starts: with
// contexts that end with their RPC, without logs that nobody reads, and without
// leaving ephemeral keys behind.
package serve

import (
	"context"
	"errors"
	"os/signal"
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
	// Terraform.
	Debug bool
}

// farewell is how long the process has after Terraform asked it to end: go-plugin
// kills it two seconds after that.
const farewell = 1500 * time.Millisecond

// Serve serves the provider until Terraform asks it to end, then revokes the
// ephemeral keys that Terraform did not close. The error names the keys that are
// still live.
func Serve(ctx context.Context, o Options) error {
	var options []tf6server.ServeOpt
	if o.Debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		// A supervisor sends SIGTERM to the whole process group. Like Ctrl-C, which
		// the plugin library ignores, it is for Terraform to handle: Terraform ends
		// the provider when it has finished with it.
		signal.Ignore(syscall.SIGTERM)
		if err := quietLogs(); err != nil {
			return err
		}
	}
	var open keys.OpenKeys
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer {
		return newServer(provider.New(o.Version, &open))
	}, options...)
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	return errors.Join(err, open.RevokeAll(ctx))
}
