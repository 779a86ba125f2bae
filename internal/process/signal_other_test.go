//go:build !unix

package process

import (
	"os"
	"os/exec"
	"testing"
)

func ownGroup(*exec.Cmd) {}

func interruptGroup(cmd *exec.Cmd) error {
	return cmd.Process.Signal(os.Interrupt)
}

func terminateGroup(cmd *exec.Cmd) error {
	return interruptGroup(cmd)
}

func killGroup(cmd *exec.Cmd) error {
	return cmd.Process.Kill()
}

func hangUpGroup(cmd *exec.Cmd) error {
	return killGroup(cmd)
}

func startWithLifeline(cmd *exec.Cmd) (*os.File, error) {
	return nil, cmd.Start()
}

func (r *run) expectEnded() {}

func skipWithoutSignals(t *testing.T) {
	t.Helper()
	t.Skip("needs signals to other processes")
}
