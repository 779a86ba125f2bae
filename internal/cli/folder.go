package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

// Folder is a working directory of a CLI: a configuration and its state.
type Folder struct {
	// Dir is the working directory, Env the environment of the CLI there.
	Dir string
	Env []string

	cli *CLI
}

// Folder returns a working directory. Config is the CLI configuration file, which
// says where providers are installed from. The variables are added to the
// environment.
func (c *CLI) Folder(dir, config string, variables ...string) *Folder {
	env := append(environment(), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	return &Folder{Dir: dir, Env: append(env, variables...), cli: c}
}

// Copy copies the files of another directory into the folder.
func (f *Folder) Copy(from string) error {
	return os.CopyFS(f.Dir, os.DirFS(from))
}

// Command returns a command of the CLI. It is killed when the context ends.
func (f *Folder) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, f.cli.Path, args...)
	cmd.Dir, cmd.Env = f.Dir, f.Env
	return cmd
}

// Run runs a command. It returns what the CLI prints and its exit code, which is
// an error only if the CLI could not be run at all.
func (f *Folder) Run(ctx context.Context, args ...string) (out string, code int, err error) {
	cmd := f.Command(ctx, args...)
	printed, err := cmd.CombinedOutput()
	if exited := (*exec.ExitError)(nil); errors.As(err, &exited) {
		err = nil
	}
	return string(printed), cmd.ProcessState.ExitCode(), err
}
