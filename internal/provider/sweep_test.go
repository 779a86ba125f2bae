package provider

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestMain(m *testing.M) {
	resource.AddTestSweepers(keyResource, &resource.Sweeper{Name: keyResource, F: sweep})
	resource.TestMain(m)
}

// sweep deletes what tests left behind in the account of SENDGRID_API_KEY: the
// keys whose names begin with livePrefix. It is run by "make testacc-live".
func sweep(string) error {
	client, err := sendgrid.New(sendgrid.Options{
		APIKey: os.Getenv("SENDGRID_API_KEY"), BaseURL: sendgrid.GlobalURL, UserAgent: "terraform-provider-sendgrid sweeper",
		RequestTimeout: time.Minute, MaxRetries: 8,
	})
	if err != nil {
		return err
	}
	return deleteTestKeys(context.Background(), client)
}

func deleteTestKeys(ctx context.Context, client *sendgrid.Client) error {
	keys, err := client.ListAPIKeys(ctx, sendgrid.Parent)
	if err != nil {
		return err
	}
	var failures []error
	for _, k := range keys {
		if strings.HasPrefix(k.Name, livePrefix) {
			failures = append(failures, client.DeleteAPIKey(ctx, sendgrid.Parent, k.ID))
		}
	}
	return errors.Join(failures...)
}

// The sweeper deletes the keys of tests and no others.
func TestSweep(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	kept := e.emulator.AddKey(emulator.Parent, "production", nil)
	e.emulator.AddKey(emulator.Parent, livePrefix+"left behind", nil)
	if err := deleteTestKeys(t.Context(), e.client()); err != nil {
		t.Fatal(err)
	}
	keys := e.emulator.Keys(emulator.Parent)
	if len(keys) != 1 || keys[0].ID != kept.ID {
		t.Errorf("left: %v", keys)
	}
}
