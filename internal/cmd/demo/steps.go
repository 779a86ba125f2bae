package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// step shows that its sentence is true.
type step struct {
	sentence string
	show     func(context.Context) error
}

// steps returns those that the account and the CLI allow.
func (d *demo) steps() []step {
	all := []step{
		{"The plan finds a misspelled scope.", d.misspell},
		{"A key is created. SendGrid adds scopes on its own, and the next plan is still empty.", d.create},
	}
	if d.delivery != nil {
		all = append(all, step{"Another key is created. Its secret goes to a secret store and not to the state.", d.deliver})
	}
	all = append(all,
		step{"Someone deletes the first key in SendGrid. The next apply recreates it.", d.recreate},
		step{"The key is rotated. The old key is revoked last.", d.rotate},
	)
	if d.emulator != nil {
		all = append(all, step{"The connection breaks while a key is created. The provider finds the key and reports it.", d.lose})
	}
	return append(all,
		step{"Ten keys are created within the rate limit.", d.createTen},
		step{"Everything is destroyed. No key is left behind.", d.finish},
	)
}

func (d *demo) misspell(ctx context.Context) error {
	return d.keys.terraform(ctx, 0, []string{"plan", `-var=scopes=["mail.sent"]`},
		`Warning: Unknown scope "mail\.sent": did you mean "mail\.send"\?`)
}

func (d *demo) create(ctx context.Context) error {
	if err := d.keys.apply(ctx, nil, `Apply complete! Resources: 1 added`); err != nil {
		return err
	}
	k, err := d.newsletter(ctx)
	if err != nil {
		return err
	}
	if d.emulator != nil && len(k.Scopes) < 2 {
		return errors.New("SendGrid has added no scope")
	}
	d.screen.result("SendGrid reports the scopes " + strings.Join(k.Scopes, ", ") + ".")
	if err := d.keys.expectEmptyPlan(ctx); err != nil {
		return err
	}
	return d.expectWrites("POST")
}

func (d *demo) recreate(ctx context.Context) error {
	k, err := d.newsletter(ctx)
	if err != nil {
		return err
	}
	if err := d.client.DeleteAPIKey(ctx, d.account, k.ID); err != nil {
		return err
	}
	d.forgetRequests()
	if err := d.keys.apply(ctx, nil,
		`Plan: 1 to add, 0 to change, 0 to destroy\.`, `Warning: API key deleted outside of Terraform`, `Apply complete! Resources: 1 added`); err != nil {
		return err
	}
	return d.expectWrites("POST")
}

func (d *demo) rotate(ctx context.Context) error {
	d.forgetRequests()
	if err := d.keys.apply(ctx, []string{"-replace=sendgrid_api_key.newsletter"},
		`Plan: 1 to add, 0 to change, 1 to destroy\.`, `Creation complete`, `Destruction complete`); err != nil {
		return err
	}
	return d.expectWrites("POST", "DELETE")
}

// lose breaks a connection after SendGrid has created the key. Nobody has the secret
// of that key, so it is deleted by hand, as the error says.
func (d *demo) lose(ctx context.Context) error {
	d.emulator.Inject(emulator.Fault{Method: "POST", Path: "/v3/api_keys", Do: emulator.ResetAfter})
	if err := d.keys.terraform(ctx, 1, []string{"apply", "-auto-approve", "-var=teams=1"},
		`Error: API key of unknown origin`,
		`A key\s+named\s+"tf-demo-team-1"\s[^.]*appeared:\s+[\w-]+`,
		`If\s+no\s+other\s+workspace[^:]*:`, `delete\s+it\s[^.]*\.`); err != nil {
		return err
	}
	lost, err := d.named(ctx, "tf-demo-team-1")
	if err != nil {
		return err
	}
	d.screen.random = append(d.screen.random, lost.ID)
	return d.client.DeleteAPIKey(ctx, d.account, lost.ID)
}

func (d *demo) createTen(ctx context.Context) error {
	d.forgetRequests()
	if err := d.keys.apply(ctx, []string{"-var=teams=10"}, `Apply complete! Resources: 10 added`); err != nil {
		return err
	}
	if d.emulator == nil {
		return nil
	}
	rejected := 0
	for _, r := range d.emulator.Requests() {
		if r.Status == http.StatusTooManyRequests {
			rejected++
		}
	}
	d.screen.result(fmt.Sprintf("In this demo, SendGrid accepts 3 new keys in 2 seconds. It rejected %d requests.", rejected))
	if rejected > 0 {
		return errors.New("the provider exceeded the rate limit")
	}
	return nil
}

func (d *demo) finish(ctx context.Context) error {
	if err := d.keys.destroy(ctx, `Destroy complete! Resources: 11 destroyed`); err != nil {
		return err
	}
	if d.delivery != nil {
		if err := d.delivery.destroy(ctx, `Destroy complete! Resources: 2 destroyed`); err != nil {
			return err
		}
	}
	left, err := d.existing(ctx)
	if err != nil {
		return err
	}
	d.screen.result(fmt.Sprintf("SendGrid lists %d keys of the demo.", len(left)))
	if len(left) > 0 {
		return errors.New("keys are left")
	}
	return nil
}

// existing returns the keys that the demo has created. In an emulator, these are all.
func (d *demo) existing(ctx context.Context) ([]sendgrid.APIKey, error) {
	listed, err := d.client.ListAPIKeys(ctx, d.account)
	if d.live {
		listed = slices.DeleteFunc(listed, func(k sendgrid.APIKey) bool { return !strings.HasPrefix(k.Name, "tf-demo-") })
	}
	return listed, err
}

// newsletter returns the key of the configuration.
func (d *demo) newsletter(ctx context.Context) (sendgrid.APIKey, error) {
	return d.named(ctx, "tf-demo-newsletter")
}

// named returns the key with a name.
func (d *demo) named(ctx context.Context, name string) (sendgrid.APIKey, error) {
	listed, err := d.client.ListAPIKeys(ctx, d.account)
	if err != nil {
		return sendgrid.APIKey{}, err
	}
	at := slices.IndexFunc(listed, func(k sendgrid.APIKey) bool { return k.Name == name })
	if at < 0 {
		return sendgrid.APIKey{}, fmt.Errorf("SendGrid lists no key named %q", name)
	}
	return d.client.GetAPIKey(ctx, d.account, listed[at].ID)
}

func (d *demo) forgetRequests() {
	if d.emulator != nil {
		d.emulator.TakeRequests()
	}
}

// expectWrites shows the requests that changed something, and fails unless they
// have these methods. Nothing records the requests to a real account.
func (d *demo) expectWrites(methods ...string) error {
	if d.emulator == nil {
		return nil
	}
	var got, lines []string
	for _, r := range d.emulator.TakeRequests() {
		if r.Method != http.MethodGet && r.Status != http.StatusTooManyRequests {
			got = append(got, r.Method)
			lines = append(lines, fmt.Sprintf("%s %d", r.Method, r.Status))
		}
	}
	d.screen.result("Requests that changed something: " + strings.Join(lines, ", "))
	if !slices.Equal(got, methods) {
		return fmt.Errorf("SendGrid received %v, want %v", got, methods)
	}
	return nil
}
