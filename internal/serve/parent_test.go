package serve

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// role is the environment variable that turns the test binary into one of the
// processes of TestParentEnded.
const role = "SERVE_TEST_ROLE"

// A process notices that the one that started it was killed.
func TestParentEnded(t *testing.T) {
	t.Parallel()
	switch os.Getenv(role) {
	case "parent":
		_ = again(t, "child", os.Stdout).Run() // Until this process is killed.
		return
	case "child":
		ended := parentEnded()
		fmt.Println("watching")
		<-ended
		fmt.Println("ended")
		os.Exit(0) // Before the test prints something.
	}
	stdout, child, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	parent := again(t, "parent", child)
	if err := errors.Join(parent.Start(), child.Close()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || lines.Text() != "watching" {
		t.Fatalf("the child says %q", lines.Text())
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if !lines.Scan() || lines.Text() != "ended" {
		t.Errorf("the child says %q", lines.Text())
	}
	_ = stdout.Close()
}

// again starts this test in another process.
func again(t *testing.T, as string, stdout *os.File) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestParentEnded$", "-test.timeout=30s")
	cmd.Env = append(os.Environ(), role+"="+as)
	cmd.Stdout = stdout
	return cmd
}
