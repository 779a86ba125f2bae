package serve

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// An apply of many keys must not need more memory than an apply of a few.
func TestServerForgetsContexts(t *testing.T) {
	t.Parallel()
	server := newServer(provider.New("test", &keys.OpenKeys{}))
	for name, rpc := range map[string]func(context.Context) error{
		"ValidateResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context) error {
			_, err := server.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{})
			return err
		},
		"ImportResourceState": func(ctx context.Context) error {
			_, err := server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{})
			return err
		},
		"MoveResourceState": func(ctx context.Context) error {
			_, err := server.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{})
			return err
		},
		"ReadResource": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{})
			return err
		},
		"PlanResourceChange": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
			return err
		},
		"ReadDataSource": func(ctx context.Context) error {
			_, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
			return err
		},
		"CallFunction": func(ctx context.Context) error {
			_, err := server.CallFunction(ctx, &tfprotov6.CallFunctionRequest{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			type key struct{}
			loggers := new([64]byte)
			kept := weak.Make(loggers)
			if err := rpc(context.WithValue(t.Context(), key{}, loggers)); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if kept.Value() != nil {
				t.Error("what the context of the call held is still in memory")
			}
			runtime.KeepAlive(server)
		})
	}
}

// If this fails, the framework no longer keeps contexts, and callServer can be removed.
func TestFrameworkKeepsContexts(t *testing.T) {
	t.Parallel()
	type key struct{}
	loggers := new([64]byte)
	kept := weak.Make(loggers)
	server := providerserver.NewProtocol6(provider.New("test", &keys.OpenKeys{}))()
	_, err := server.ReadResource(context.WithValue(t.Context(), key{}, loggers), &tfprotov6.ReadResourceRequest{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if kept.Value() == nil {
		t.Error("the framework forgets contexts by itself")
	}
	runtime.KeepAlive(server)
}

func TestOneCall(t *testing.T) {
	t.Parallel()
	type key struct{}
	parent, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	defer cancel()
	var during context.Context
	_, err := oneCall(parent, "request", func(ctx context.Context, _ string) (string, error) {
		during = ctx
		child, stop := context.WithCancel(ctx)
		defer stop()
		if got := child.Value(key{}); got != "value" {
			t.Errorf("during the call the value is %v", got)
		}
		if err := child.Err(); err != nil {
			t.Errorf("during the call: %v", err)
		}
		cancel()
		<-child.Done()
		return "", context.Cause(child)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
	if got := during.Value(key{}); got != nil {
		t.Errorf("after the call the value is %v", got)
	}
	if err := during.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("after the call: %v", err)
	}
}
