// Command providerschema prints the schemas of the provider in the shape of
// "terraform providers schema -json".
//
// The documentation is generated from its output instead of from that of a CLI:
// a CLI leaves out every kind it does not know, so with an older one the pages
// of list resources and actions would disappear without an error.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "providerschema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	server := providerserver.NewProtocol6(provider.New("dev", &keys.OpenKeys{}))()
	// A CLI would print the whole address here. tfplugindocs finds only the
	// short name, or an address in the namespace hashicorp.
	schemas, err := providerSchemas(ctx, path.Base(provider.Address), server)
	if err != nil {
		return err
	}

	return json.NewEncoder(w).Encode(schemas)
}
