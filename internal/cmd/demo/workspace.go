package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

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

// workspace returns an initialized workspace in dir with a copy of a folder below
// examples.
func (d *demo) workspace(ctx context.Context, i installation, dir, example string, env []string) (*workspace, error) {
	w := &workspace{Folder: i.cli.Folder(dir, i.mirror.Config, env...), demo: d}
	if err := w.Copy(filepath.Join(d.source, "examples", example)); err != nil {
		return nil, err
	}
	out, code, err := w.Run(context.WithoutCancel(ctx), "init", "-input=false", "-no-color")
	if err == nil && code != 0 {
		err = fmt.Errorf("init exits with %d:\n%s", code, out)
	}
	return w, err
}

// terraform runs a command and shows the parts of its output that match the
// patterns. It fails unless the CLI exits with the code, and the parts appear in
// this order. It does not start the CLI once the context has ended.
func (w *workspace) terraform(ctx context.Context, code int, args []string, patterns ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.demo.screen.command(filepath.Base(w.demo.cli), args)
	// Ctrl-C reaches the CLI as well, and it ends by itself.
	out, got, err := w.Run(context.WithoutCancel(ctx), append(args, "-no-color")...)
	if err != nil {
		return err
	}
	if w.demo.verbose {
		w.demo.screen.result(strings.TrimSpace(out))
	}
	if got != code {
		return fmt.Errorf("%s exits with %d, not %d:\n%s", args[0], got, code, out)
	}
	shown, err := find(out, patterns)
	if err != nil {
		return fmt.Errorf("%s: %w:\n%s", args[0], err, out)
	}
	if !w.demo.verbose && len(shown) > 0 {
		w.demo.screen.result(shown...)
	}
	return nil
}

// find returns what matches the patterns, each after the one before.
func find(text string, patterns []string) (found []string, err error) {
	for _, pattern := range patterns {
		at := regexp.MustCompile(pattern).FindStringIndex(text)
		if at == nil {
			return nil, fmt.Errorf("%q is not printed after %q", pattern, found)
		}
		found = append(found, strings.Join(strings.Fields(text[at[0]:at[1]]), " ")) // The CLI wraps lines.
		text = text[at[1]:]
	}
	return found, nil
}

// apply applies without asking.
func (w *workspace) apply(ctx context.Context, args []string, patterns ...string) error {
	return w.terraform(ctx, 0, append([]string{"apply", "-auto-approve"}, args...), patterns...)
}

// expectEmptyPlan shows that nothing is left to do.
func (w *workspace) expectEmptyPlan(ctx context.Context) error {
	return w.terraform(ctx, 0, []string{"plan", "-detailed-exitcode"}, `No changes\.`)
}

// destroy destroys everything, also after the context has ended.
func (w *workspace) destroy(ctx context.Context, patterns ...string) error {
	return w.terraform(context.WithoutCancel(ctx), 0, []string{"destroy", "-auto-approve"}, patterns...)
}
