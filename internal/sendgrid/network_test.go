package sendgrid_test

import (
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// startInMemory returns a server that ends with the test, and a way to connect
// further clients to it.
func startInMemory(t *testing.T, cfg emulator.Config) (*emulator.Server, func(sendgrid.Options) *sendgrid.Client) {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	return start(t, cfg), func(o sendgrid.Options) *sendgrid.Client {
		o.Dial = network.Dial
		return connect(t, o)
	}
}
