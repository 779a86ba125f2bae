package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// demo is one run of the demonstration.
type demo struct {
	cli    string
	source string
	live   bool
	out    io.Writer

	emulator *emulator.Server
}

// run shows everything and leaves nothing behind: no file, no process, and no
// key, also where a step fails or the context ends.
func (d *demo) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "sendgrid-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	env, err := d.account()
	if err != nil {
		return err
	}
	if d.emulator != nil {
		defer d.emulator.Close()
		fmt.Fprintf(d.out, "An emulator of SendGrid listens on %s.\n", d.emulator.URL())
	}
	i, err := d.install(ctx, dir)
	if err != nil {
		return err
	}
	w, err := d.workspace(i, filepath.Join(dir, "keys"), "demo", env)
	if err != nil {
		return err
	}
	if err := w.during(ctx, d.steps); err != nil {
		return err
	}
	if err := d.deliver(ctx, i, dir, env); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "\nDone. No key, no file and no process is left.")
	return nil
}

// account returns the environment that gives the provider its account: that of
// the user, or an emulator, which it starts.
func (d *demo) account() ([]string, error) {
	if !d.live {
		d.emulator = emulator.Start(emulator.Config{})
		return []string{"SENDGRID_BASE_URL=" + d.emulator.URL(), "SENDGRID_API_KEY=" + emulator.Credential}, nil
	}
	if os.Getenv("SENDGRID_API_KEY") == "" {
		return nil, errors.New("set SENDGRID_API_KEY to a key with the scopes to manage API keys")
	}
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return !strings.HasPrefix(variable, "SENDGRID_") })
	return append(env, "TF_VAR_billing=false"), nil
}

// steps is the life of the keys.
func (d *demo) steps(ctx context.Context, w *workspace) error {
	keys := 4
	if d.live {
		// Only the owner of an account has billing scopes, which no API key has.
		keys = 3
	}
	d.title("Create two restricted keys, one with Full Access and one for billing")
	if err := w.apply(ctx, changes{"create": keys + 1}); err != nil {
		return err
	}
	if err := d.expect(keys, "POST"); err != nil {
		return err
	}

	d.title("The outputs: the secret is masked")
	if err := w.terraform(ctx, "output"); err != nil {
		return err
	}
	before, err := w.secrets(ctx)
	if err != nil {
		return err
	}

	d.title("Rename one key and change the scopes of another, both in place")
	changed := []string{"-var=newsletter_name=tf-demo-newsletter-weekly", `-var=reports_scopes=["stats.read","categories.read"]`}
	if err := w.apply(ctx, changes{"update": 2, "no-op": keys - 1}, changed...); err != nil {
		return err
	}
	if err := d.expect(1, "PATCH", "PUT"); err != nil {
		return err
	}

	d.title("Nothing else has changed: ids and secrets are the same, and the plan is empty")
	after, err := w.secrets(ctx)
	if err != nil {
		return err
	}
	if !cmp.Equal(before, after) {
		return errors.New("the id or the secret of a key has changed")
	}
	if err := w.expectEmptyPlan(ctx, changed...); err != nil {
		return err
	}
	if err := d.expect(0); err != nil {
		return err
	}

	d.title("Revoke all of them")
	if err := w.terraform(ctx, append([]string{"destroy", "-auto-approve", "-input=false"}, changed...)...); err != nil {
		return err
	}
	if err := d.expect(keys, "DELETE"); err != nil {
		return err
	}
	return d.expectNoKeys()
}

func (d *demo) expectNoKeys() error {
	if d.emulator == nil {
		return nil
	}
	if left := d.emulator.Keys(emulator.Parent); len(left) > 0 {
		return fmt.Errorf("%d keys are left", len(left))
	}
	return nil
}

func (d *demo) title(text string) {
	fmt.Fprintf(d.out, "\n── %s %s\n", text, strings.Repeat("─", max(0, 76-len(text))))
}

// expect prints the requests of a step. It fails unless the emulator received
// each of the methods exactly that often, and no other method but GET. Nothing
// records the requests to a real account.
func (d *demo) expect(each int, methods ...string) error {
	if d.emulator == nil {
		return nil
	}
	want, got := map[string]int{}, map[string]int{}
	for _, method := range methods {
		want[method] = each
	}
	fmt.Fprintln(d.out, "\nRequests to SendGrid:")
	for _, r := range d.emulator.TakeRequests() {
		fmt.Fprintf(d.out, "  %-6s %s → %d\n", r.Method, r.Path, r.Status)
		if r.Method != "GET" {
			got[r.Method]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("writing requests (-want +got):\n%s", diff)
	}
	return nil
}
