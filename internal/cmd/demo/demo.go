package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// demo is one run of the demonstration.
type demo struct {
	cli           string
	source        string
	live, verbose bool
	screen        screen

	// emulator is nil in a real account.
	emulator *emulator.Server
	// client is what somebody else uses who changes the account.
	client *sendgrid.Client
	// account is the account of the keys.
	account string
	// keys is the workspace with the configuration of the demo.
	keys *workspace
	// store and delivery are nil if no store can be shown.
	store    *secretstore.Store
	delivery *workspace
}

// run shows everything and leaves nothing behind: no file, no process, and no
// key, also where a step fails or the context ends.
func (d *demo) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "sendgrid-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d.screen.note("Building the provider.")
	defer d.close()
	if err := d.prepare(ctx, dir); err != nil {
		return err
	}
	d.forgetRequests()
	for i, s := range d.steps() {
		d.screen.step(i+1, s.sentence)
		if err := s.show(ctx); err != nil {
			d.screen.note("\nThis step failed. Destroying everything that the demo created.")
			return errors.Join(err, d.destroy(ctx))
		}
	}
	return nil
}

// prepare starts what the demo needs.
func (d *demo) prepare(ctx context.Context, dir string) error {
	options, env, err := d.connect()
	if err != nil {
		return err
	}
	if d.client, err = sendgrid.New(options); err != nil {
		return err
	}
	// The demo finds its keys by their names.
	found, err := d.existing(ctx)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("%d keys named tf-demo-… exist: delete those that an earlier demo has left", len(found))
	}
	i, err := d.install(ctx, dir)
	if err != nil {
		return err
	}
	if d.keys, err = d.workspace(ctx, i, filepath.Join(dir, "keys"), "demo", env); err != nil {
		return err
	}
	d.store, d.delivery, err = d.openStore(ctx, i, dir, env)
	return err
}

func (d *demo) close() {
	if d.emulator != nil {
		d.emulator.Close()
	}
	if d.store != nil {
		d.store.Close()
	}
}

// connect returns how to reach the account, for a client and as the environment of
// the provider. It is that of the user, or that of an emulator, which it starts.
func (d *demo) connect() (sendgrid.Options, []string, error) {
	options := sendgrid.Options{UserAgent: "terraform-provider-sendgrid/demo", MaxRetries: 5}
	if !d.live {
		d.emulator = emulator.Start(emulator.Config{RateLimits: []emulator.RateLimit{
			// The rate limit that most users report.
			{Method: "POST", Path: "/v3/api_keys", Requests: 3, Window: 2 * time.Second},
		}})
		options.APIKey, options.BaseURL = emulator.Credential, d.emulator.URL()
		return options, []string{"SENDGRID_BASE_URL=" + options.BaseURL, "SENDGRID_API_KEY=" + options.APIKey}, nil
	}
	if options.APIKey = os.Getenv("SENDGRID_API_KEY"); options.APIKey == "" {
		return options, nil, errors.New("set SENDGRID_API_KEY to a key with the scopes to manage API keys")
	}
	d.account = os.Getenv("SENDGRID_ON_BEHALF_OF")
	options.BaseURL = sendgrid.GlobalURL
	if os.Getenv("SENDGRID_REGION") == "eu" {
		options.BaseURL = sendgrid.EUURL
	}
	if other := os.Getenv("SENDGRID_BASE_URL"); other != "" {
		options.BaseURL = other
	}
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return !strings.HasPrefix(variable, "SENDGRID_") })
	return options, env, nil
}

// destroy destroys everything that the demo has created.
func (d *demo) destroy(ctx context.Context) error {
	err := d.keys.destroy(ctx)
	if d.delivery != nil {
		err = errors.Join(err, d.delivery.destroy(ctx))
	}
	return err
}
