package main

import (
	"fmt"
	"io"
	"strings"
)

// screen is where the audience looks.
type screen struct {
	out   io.Writer
	color bool
	// shown is what was printed, for a recording.
	shown []event
	// random are parts of it that are different each time: ids of keys.
	random []string
}

// event is a part of the demo that appears at once.
type event struct {
	text string
	// pause is how many seconds a recording waits before it.
	pause float64
}

// Codes of a terminal.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	plain  = "\x1b[0m"
)

// step prints the sentence of a step.
func (s *screen) step(number int, sentence string) {
	s.print(2, bold, fmt.Sprintf("\n%d. %s\n", number, sentence))
}

// command prints a command that is about to run.
func (s *screen) command(program string, args []string) {
	s.print(0.6, cyan, fmt.Sprintf("   $ %s %s\n", program, strings.Join(args, " ")))
}

// result prints what came of a step.
func (s *screen) result(lines ...string) {
	pause := 0.8
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		style := ""
		switch {
		case strings.HasPrefix(line, "Error:"):
			style = red
		case strings.HasPrefix(line, "Warning:"):
			style = yellow
		}
		s.print(pause, style, "   "+line+"\n")
		pause = 0
	}
}

// note prints a line about the demo itself.
func (s *screen) note(text string) {
	s.print(1, "", text+"\n")
}

func (s *screen) print(pause float64, style, text string) {
	styled := text
	if style != "" {
		styled = style + text + plain
	}
	s.shown = append(s.shown, event{styled, pause})
	if s.color {
		text = styled
	}
	fmt.Fprint(s.out, text)
}
