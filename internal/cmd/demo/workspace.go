package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/cli"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// installation is a CLI, and the mirror from which it installs the provider like
// any other.
type installation struct {
	cli    *cli.CLI
	mirror *mirror.Mirror
}

// install builds the provider into dir.
func (d *demo) install(ctx context.Context, dir string) (installation, error) {
	terraform, err := cli.New(ctx, d.cli)
	if err != nil {
		return installation{}, err
	}
	m, err := mirror.Install(ctx, d.source, dir, provider.Address)
	return installation{cli: terraform, mirror: m}, err
}

// workspace is a folder with a copy of an example, and the CLI that works on it in
// front of an audience.
type workspace struct {
	*cli.Folder
	demo *demo
}

// workspace returns a workspace in dir with a copy of a folder below examples.
func (d *demo) workspace(i installation, dir, example string, env []string) (*workspace, error) {
	w := &workspace{Folder: i.cli.Folder(dir, i.mirror.Config, env...), demo: d}
	return w, w.Copy(filepath.Join(d.source, "examples", example))
}

// during initializes the workspace and runs the steps. If one of them fails, it
// destroys what they have created.
func (w *workspace) during(ctx context.Context, steps func(context.Context, *workspace) error) (err error) {
	if err := w.terraform(ctx, "init", "-input=false"); err != nil {
		return err
	}
	if err = steps(ctx, w); err != nil {
		fmt.Fprintln(w.demo.out, "\nThat went wrong. Destroying what was created.")
		err = errors.Join(err, w.terraform(context.WithoutCancel(ctx), "destroy", "-auto-approve", "-input=false"))
	}
	return err
}

// command returns a command that the end of the context does not kill: Ctrl-C
// reaches the CLI as well, and it ends by itself.
func (w *workspace) command(ctx context.Context, args ...string) *exec.Cmd {
	return w.Command(context.WithoutCancel(ctx), args...)
}

// terraform runs the CLI and shows what it prints. It does not start it once the
// context has ended.
func (w *workspace) terraform(ctx context.Context, args ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Fprintf(w.demo.out, "\n$ %s %s\n", filepath.Base(w.demo.cli), strings.Join(args, " "))
	cmd := w.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = w.demo.out, w.demo.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}

// json runs the CLI for the JSON that it prints, without showing it.
func (w *workspace) json(ctx context.Context, into any, args ...string) error {
	out, err := w.command(ctx, args...).Output()
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return json.Unmarshal(out, into)
}

// changes counts the actions of a plan.
type changes map[string]int

// apply plans, checks the plan against the expected changes, and applies it.
func (w *workspace) apply(ctx context.Context, want changes, args ...string) error {
	const file = "demo.tfplan"
	if err := w.terraform(ctx, append([]string{"plan", "-input=false", "-out=" + file}, args...)...); err != nil {
		return err
	}
	var plan tfjson.Plan
	if err := w.json(ctx, &plan, "show", "-json", file); err != nil {
		return err
	}
	got := changes{}
	for _, change := range plan.ResourceChanges {
		actions := make([]string, len(change.Change.Actions))
		for i, action := range change.Change.Actions {
			actions[i] = string(action)
		}
		got[strings.Join(actions, ", ")]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("planned changes (-want +got):\n%s", diff)
	}
	return w.terraform(ctx, "apply", "-input=false", file)
}

// expectEmptyPlan shows a plan, and fails unless it is empty.
func (w *workspace) expectEmptyPlan(ctx context.Context, args ...string) error {
	if err := w.terraform(ctx, append([]string{"plan", "-detailed-exitcode", "-input=false"}, args...)...); err != nil {
		return fmt.Errorf("the plan is not empty: %w", err)
	}
	return nil
}

// secrets returns id and secret of every key in state, by resource.
func (w *workspace) secrets(ctx context.Context) (map[string][2]any, error) {
	var state tfjson.State
	if err := w.json(ctx, &state, "show", "-json"); err != nil {
		return nil, err
	}
	found := map[string][2]any{}
	for _, r := range state.Values.RootModule.Resources {
		if r.Type == "sendgrid_api_key" {
			found[r.Address] = [2]any{r.AttributeValues["id"], r.AttributeValues["api_key"]}
		}
	}
	return found, nil
}
