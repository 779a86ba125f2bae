// Command standin is a provider with the schema of another one and nothing behind
// it. The tests of the guides apply what the guides show of secret stores, without
// a store: the configuration has to fit the true schema, and what reaches the
// provider is written down.
//
// It is told apart by its file's name, terraform-provider-NAME_vVERSION, and takes
// its schema from NAME.json in the folder of STANDIN_SCHEMAS, in the format of
// "terraform providers schema -json". It appends every value of a write-only
// attribute that it is given to the file of STANDIN_RECEIVED, a JSON string a line.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
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
		return &server{schemas: schemas, received: os.Getenv("STANDIN_RECEIVED")}
	})
}
