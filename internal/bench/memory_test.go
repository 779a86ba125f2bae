package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// peakMemory returns the peak memory of a process in MiB, or 0 if it has exited.
func peakMemory(pid string) float64 {
	status, _ := os.ReadFile(filepath.Join("/proc", pid, "status"))
	_, peak, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kilobytes float64
	_, _ = fmt.Fscan(bytes.NewReader(peak), &kilobytes)
	return kilobytes / 1024
}

// watchMemory watches the processes of programs below dir, which a CLI starts and
// ends. Stop returns the peak memory of the largest one in MiB. The kernel keeps
// the peaks, so that only the last moment of a process is missed.
func watchMemory(dir string) (stop func() float64) {
	stopped, largest := make(chan struct{}), make(chan float64)
	go func() {
		peak := 0.0
		for {
			// Where there is no /proc, the peak is unknown.
			processes, _ := os.ReadDir("/proc")
			for _, process := range processes {
				program, _ := os.Readlink(filepath.Join("/proc", process.Name(), "exe"))
				if strings.HasPrefix(program, dir+string(filepath.Separator)) {
					peak = max(peak, peakMemory(process.Name()))
				}
			}
			select {
			case <-stopped:
				largest <- peak
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(stopped)
		return <-largest
	}
}
