package process

import (
	"os/exec"
	"strings"
	"sync"
	"time"
)

// output is what a program has printed so far.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// interrupt sends Ctrl-C to the CLI and the providers that it has started. The
// emulator calls it when it receives a request.
func (r *run) interrupt() { r.signal(interruptGroup) }

// terminate asks all of them to exit, as a supervisor does.
func (r *run) terminate() { r.signal(terminateGroup) }

// kill kills all of them.
func (r *run) kill() { r.signal(killGroup) }

func (r *run) signal(send func(*exec.Cmd) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := send(r.running); err != nil {
		r.t.Errorf("signal: %v", err)
	}
}

// interruptTwice sends Ctrl-C again as soon as the CLI has taken the first one.
func (r *run) interruptTwice() {
	r.interrupt()
	r.mu.Lock()
	printed := r.printed
	r.mu.Unlock()
	for range 500 {
		if strings.Contains(printed.String(), "Interrupt received") {
			r.interrupt()
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	r.t.Errorf("the CLI does not take Ctrl-C:\n%s", printed)
}

// hangUp does what a terminal that closes does.
func (r *run) hangUp() { r.signal(hangUpGroup) }

// orphan kills the CLI alone.
func (r *run) orphan() {
	r.signal(func(cmd *exec.Cmd) error { return cmd.Process.Kill() })
}

// orphanAndTerminate kills the CLI, and asks the others to exit.
func (r *run) orphanAndTerminate() {
	r.orphan()
	r.terminate()
}
