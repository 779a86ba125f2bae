//go:build !unix

package process

import (
	"os"
	"os/exec"
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
