// Command standin is a provider with the schema of another provider and nothing
// behind it. Tests apply the guides' examples of secret stores with it: the
// configuration has to fit the real schema, and the test can check what the
// store would have received.
//
// The name of its file, terraform-provider-NAME_vVERSION, selects the schema:
// NAME.json in the directory STANDIN_SCHEMAS, in the format of "terraform
// providers schema -json". It sends the value of every write-only attribute to the
// secretstore at the URL STANDIN_STORE, and fails where that rejects it.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

func main() {
	if err := run(); err != nil {
		log.Fatal("standin: ", err)
	}
}

func run() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(program), "terraform-provider-"), "_v")
	file, err := os.ReadFile(filepath.Join(os.Getenv("STANDIN_SCHEMAS"), name+".json"))
	if err != nil {
		return err
	}
	schemas, err := parseSchemas(file)
	if err != nil {
		return fmt.Errorf("%s.json: %w", name, err)
	}
	return tf6server.Serve("registry.terraform.io/hashicorp/"+name, func() tfprotov6.ProviderServer {
		return &server{schemas: schemas, store: os.Getenv(secretstore.Variable)}
	})
}
