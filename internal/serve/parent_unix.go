//go:build unix

package serve

import (
	"os"
	"time"
)

// parentPoll is how often the process looks whether its parent has ended. That is a
// system call without side effects.
const parentPoll = 500 * time.Millisecond

// parentEnded returns a channel that is closed when the process that started this
// one has ended. The system then gives this one another parent.
func parentEnded() <-chan struct{} {
	parent := os.Getppid()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range time.Tick(parentPoll) {
			if os.Getppid() != parent {
				return
			}
		}
	}()
	return ended
}
