package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// usage is what a process has used so far, as Linux tells it below /proc. On
// other systems nothing is told, and it stays zero.
type usage struct {
	// peak is the most memory it ever had resident, in bytes.
	peak int64
	// cpu is the processor time, of user and system together.
	cpu time.Duration
}

// usageOf returns the usage of a process, zero where the process is gone.
func usageOf(pid int) usage {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return usage{peak: parsePeak(status), cpu: parseCPU(stat)}
}

// parsePeak returns VmHWM of /proc/PID/status, "VmHWM:	   24680 kB", in bytes.
func parsePeak(status []byte) int64 {
	for line := range bytes.Lines(status) {
		value, found := bytes.CutPrefix(line, []byte("VmHWM:"))
		if !found {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(string(value)), " kB"), 10, 64)
		if err != nil {
			return 0
		}
		return kilobytes * 1024
	}
	return 0
}

// parseCPU returns utime and stime of /proc/PID/stat. They are the 14th and the
// 15th field, and count hundredths of a second on every architecture that Go
// runs on. The second field, the name in parentheses, may hold anything.
func parseCPU(stat []byte) time.Duration {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// watcher looks again and again at the processes of the programs below a folder,
// which a CLI starts and ends as it likes. The kernel keeps the peaks itself, so
// that only what a process does in its very last moment can be missed.
type watcher struct {
	root string
	stop chan struct{}
	done sync.WaitGroup
	seen map[int]usage
}

// How often the watcher looks at the processes it knows, and how many such looks
// after one another it takes until it searches for new ones, which costs more
// than all else that the benchmark does meanwhile.
const (
	watchInterval = 20 * time.Millisecond
	searchEvery   = 5
)

// watch begins to watch the programs below root.
func watch(root string) *watcher {
	w := &watcher{root: root, stop: make(chan struct{}), seen: map[int]usage{}}
	w.done.Go(func() {
		for i := 0; ; i++ {
			if i%searchEvery == 0 {
				w.search()
			}
			w.look()
			select {
			case <-w.stop:
				return
			case <-time.After(watchInterval):
			}
		}
	})
	return w
}

// end stops watching. It returns the peak of the largest process and the
// processor time of all of them.
func (w *watcher) end() usage {
	close(w.stop)
	w.done.Wait()
	var total usage
	for _, u := range w.seen {
		total.peak = max(total.peak, u.peak)
		total.cpu += u.cpu
	}
	return total
}

// search adds the processes that have come.
func (w *watcher) search() {
	// Where there is no /proc there is nothing to see.
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		program, err := os.Readlink(filepath.Join("/proc", entry.Name(), "exe"))
		if _, known := w.seen[pid]; err == nil && !known && strings.HasPrefix(program, w.root+string(filepath.Separator)) {
			w.seen[pid] = usage{}
		}
	}
}

// look takes down what the known processes have used.
func (w *watcher) look() {
	for pid := range w.seen {
		// A process on its way out tells nothing any more.
		if u := usageOf(pid); u.peak > 0 {
			w.seen[pid] = u
		}
	}
}
