package sendgrid_test

import (
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestListScopes(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{CredentialScopes: []string{"api_keys.read"}})
	got, err := connect(t, options(s.URL())).ListScopes(t.Context(), sendgrid.Parent)
	noError(t, err)
	equal(t, got, []string{"api_keys.read", "sender_verification_eligible", "2fa_required"})
}
