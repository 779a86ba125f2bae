package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

// deliver shows a key whose secret is in a secret store and in no file, with the
// guide's example for Vault. Behind that is a stand-in, so no real account is used.
func (d *demo) deliver(ctx context.Context, i installation, dir string, env []string) error {
	if d.live {
		return nil
	}
	if !i.cli.Has("1.11", "1.11") {
		d.title("Skipped: a secret store needs Terraform 1.11 or OpenTofu 1.11")
		return nil
	}
	store, err := secretstore.Start()
	if err != nil {
		return err
	}
	defer store.Close()
	schemas, err := d.installStandIn(ctx, i, dir)
	if err != nil {
		return err
	}
	w, err := d.workspace(i, filepath.Join(dir, "delivery"), "guides/store-the-key/vault",
		append(env, store.Environment(), "STANDIN_SCHEMAS="+schemas))
	if err != nil {
		return err
	}
	d.title("A key whose secret is in a secret store, and in no plan and no state")
	return w.during(ctx, func(ctx context.Context, w *workspace) error { return d.deliverySteps(ctx, w, store) })
}

// installStandIn installs a stand-in for hashicorp/vault. It returns where that finds
// its schema.
func (d *demo) installStandIn(ctx context.Context, i installation, dir string) (schemas string, err error) {
	dir = filepath.Join(dir, "standin")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	binary, err := mirror.Build(ctx, filepath.Join(d.source, "internal", "cmd", "standin"), dir)
	if err != nil {
		return "", err
	}
	if err := i.mirror.Add("registry.terraform.io/hashicorp/vault", "5.0.0", binary); err != nil {
		return "", err
	}
	return filepath.Abs(filepath.Join(d.source, "internal", "examples", "testdata", "schemas"))
}

// deliverySteps is the life of the key.
func (d *demo) deliverySteps(ctx context.Context, w *workspace, store *secretstore.Store) error {
	if err := w.apply(ctx, changes{"create": 2}); err != nil {
		return err
	}
	if err := d.expect(1, "POST", "PATCH"); err != nil {
		return err
	}
	if err := d.expectDelivered(ctx, w, store); err != nil {
		return err
	}

	d.title("Rotate it: SendGrid revokes the old key after the store has the new one")
	if err := w.apply(ctx, changes{"create, delete": 1, "update": 1}, "-replace=sendgrid_api_key.newsletter"); err != nil {
		return err
	}
	if err := d.expect(1, "POST", "PATCH", "DELETE"); err != nil {
		return err
	}
	if err := d.expectDelivered(ctx, w, store); err != nil {
		return err
	}

	d.title("Revoke it")
	if err := w.terraform(ctx, "destroy", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	if err := d.expect(1, "DELETE"); err != nil {
		return err
	}
	return d.expectNoKeys()
}

// expectDelivered shows that the store holds the only key, that no file contains it,
// and that nothing is left to do.
func (d *demo) expectDelivered(ctx context.Context, w *workspace, store *secretstore.Store) error {
	keys, values := d.emulator.Keys(emulator.Parent), store.Values()
	if len(keys) != 1 || len(values) == 0 || !strings.Contains(values[len(values)-1], keys[0].Secret) {
		return errors.New("the store does not hold the key")
	}
	fmt.Fprintf(d.out, "\nThe store holds the secret of key %s, named %q at SendGrid.\nFiles that contain \"SG.\":\n", keys[0].ID, keys[0].Name)
	files, err := w.Files()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		found := strings.Contains(files[name], "SG.")
		fmt.Fprintf(d.out, "  %-5t %s\n", found, name)
		if found {
			return fmt.Errorf("%s contains a secret", name)
		}
	}
	if err := w.expectEmptyPlan(ctx); err != nil {
		return err
	}
	return d.expect(0)
}
