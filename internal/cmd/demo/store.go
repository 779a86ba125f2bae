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

// openStore starts a stand-in for Vault, and returns a workspace with the guide's
// example of it. The store and the workspace are nil if the CLI has no write-only
// attributes.
func (d *demo) openStore(ctx context.Context, i installation, dir string, env []string) (*secretstore.Store, *workspace, error) {
	if d.live || !i.cli.Has("1.11", "1.11") {
		return nil, nil, nil
	}
	schemas, err := filepath.Abs(filepath.Join(d.source, "internal", "examples", "testdata", "schemas"))
	if err != nil {
		return nil, nil, err
	}
	folder := filepath.Join(dir, "standin")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, nil, err
	}
	binary, err := mirror.Build(ctx, filepath.Join(d.source, "internal", "cmd", "standin"), folder)
	if err != nil {
		return nil, nil, err
	}
	if err := i.mirror.Add("registry.terraform.io/hashicorp/vault", "5.0.0", binary); err != nil {
		return nil, nil, err
	}
	store, err := secretstore.Start()
	if err != nil {
		return nil, nil, err
	}
	env = append(slices.Clone(env), store.Environment(), "STANDIN_SCHEMAS="+schemas)
	w, err := d.workspace(ctx, i, filepath.Join(dir, "delivery"), "guides/store-the-key/vault", env)
	return store, w, err
}

// deliver creates a key whose secret is in the store, and in no file.
func (d *demo) deliver(ctx context.Context) error {
	if err := d.delivery.apply(ctx, nil, `Apply complete! Resources: 2 added`); err != nil {
		return err
	}
	keys, values := d.emulator.Keys(emulator.Parent), d.store.Values()
	holds := func(k emulator.Key) bool { return len(values) == 1 && strings.Contains(values[0], k.Secret) }
	if !slices.ContainsFunc(keys, holds) {
		return errors.New("the store does not hold the secret")
	}
	files, err := d.delivery.Files()
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if strings.Contains(files[name], "SG.") {
			return fmt.Errorf("%s contains a secret", name)
		}
	}
	d.screen.result("The store, a stand-in for Vault, holds the secret. No file contains it: " + strings.Join(names, ", "))
	return d.delivery.expectEmptyPlan(ctx)
}
