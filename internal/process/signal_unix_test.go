//go:build unix

package process

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// ownGroup makes cmd and what it starts a process group, as a shell does.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// interruptGroup sends what Ctrl-C sends.
func interruptGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
}

// terminateGroup sends what a supervisor sends.
func terminateGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
}

// killGroup leaves nobody the time to clean up.
func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// hangUpGroup sends what a terminal sends when it closes.
func hangUpGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGHUP)
}

// startWithLifeline starts cmd with one end of a pipe, which everything that cmd
// starts inherits. The other end, which it returns, reports [io.EOF] when the last
// of these processes has ended.
func startWithLifeline(cmd *exec.Cmd) (*os.File, error) {
	lifeline, inherited, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, inherited)
	return lifeline, errors.Join(cmd.Start(), inherited.Close())
}

// expectEnded fails the test unless all processes of the last apply end.
func (r *run) expectEnded() {
	r.t.Helper()
	if err := r.lifeline.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.lifeline.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		r.t.Errorf("a process of the apply does not end: %v", err)
		r.kill()
	}
}

// skipWithoutSignals skips tests that need signals to other processes.
func skipWithoutSignals(*testing.T) {}
