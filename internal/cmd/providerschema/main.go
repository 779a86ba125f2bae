// Command providerschema prints the provider's schemas in the format of
// "terraform providers schema -json".
//
// The documentation is generated from its output, not from a CLI's: an older CLI
// omits the kinds that it does not know, and the pages of list resources and
// actions would disappear without an error.
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
	// A CLI prints the full address here, but tfplugindocs finds only a short
	// name or an address in the namespace hashicorp.
	schemas, err := providerSchemas(ctx, path.Base(provider.Address), server)
	if err != nil {
		return err
	}

	return json.NewEncoder(w).Encode(schemas)
}
