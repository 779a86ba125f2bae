package serve

import "os"

// parentEnded returns a channel that is closed when the process that started this
// one has ended. It is never closed if Windows does not let this process wait for
// its parent.
func parentEnded() <-chan struct{} {
	ended := make(chan struct{})
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return ended
	}
	go func() {
		if _, err := parent.Wait(); err == nil {
			close(ended)
		}
	}()
	return ended
}
