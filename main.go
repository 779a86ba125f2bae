// Command terraform-provider-sendgrid serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/serve"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "serve for a debugger such as delve, and print how to attach Terraform")
	flag.Parse()

	err := serve.Serve(context.Background(), serve.Options{Version: version, Debug: debug})
	if err != nil {
		log.Fatal(err.Error())
	}
}
