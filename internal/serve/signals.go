package serve

import (
	"os"
	"os/signal"
	"syscall"
)

// outliveSignals lets the process run on after signals that are meant for
// Terraform. Like Ctrl-C, which the plugin library ignores, they reach the whole
// process group: SIGTERM from a supervisor, SIGHUP from a terminal that closes.
// Either Terraform finishes its work and asks the process to end, or it dies, which
// parentEnded notices. Under nohup, Terraform runs on, and so does the provider.
//
// After SIGPIPE the process would die on the first log message that a dead
// Terraform does not read.
func outliveSignals() {
	// Nobody reads the channel. [signal.Ignore] would not do: Windows ends a process
	// that ignores the closing of its console, which is SIGTERM in Go, at once, and
	// one that handles it some seconds later.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
}
