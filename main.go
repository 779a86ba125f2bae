// Command terraform-provider-sendgrid serves the provider to Terraform.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "serve for a debugger such as delve, and print how Terraform reaches it")
	flag.Parse()

	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		// Ctrl-C reaches the whole process group, and the plugin library ignores
		// it: Terraform says when to end. The same holds for what a supervisor
		// sends.
		signal.Ignore(syscall.SIGTERM)
		if err := provider.QuietLogs(); err != nil {
			log.Fatal(err)
		}
	}
	process := provider.NewProcess(version)
	err := tf6server.Serve(provider.Address, process.Server, options...)
	if err := errors.Join(err, process.End(context.Background())); err != nil {
		log.Fatal(err)
	}
}
