// Command bench measures the provider: it drives a real CLI through the life of
// many API keys, on an emulator of SendGrid behind a slow network, and compares
// the time with the least that the network allows. It prints a report in Markdown
// to stdout, and how it goes to stderr.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	o, err := parseOptions(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2) // The flag package has said why.
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := bench{options: o, log: os.Stderr}
	if err := b.run(ctx); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	fmt.Print(b.report)
}

// options say what is measured.
type options struct {
	cli    string
	source string
	// only are the parts to measure, empty for all.
	only []string
	// sizes are the numbers of keys.
	sizes []int
	// runs is how often each is measured. The median is what counts.
	runs int
	// starts is how often each provider is started without a CLI.
	starts int
	limits []limitCase
}

// manyKeys is the number of keys from which on one run is enough: it takes long,
// and what disturbs it does not weigh much.
const manyKeys = 200

// parts are what only may name.
func parts() []string {
	var names []string
	for _, o := range lifeOfKeys() {
		names = append(names, o.part)
	}
	return append(names, "parallelism", "limits", "start", "hot")
}

// parseOptions reads the command line, and says to stderr what is wrong with it.
func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{sizes: []int{10, 50, 100, 500}, runs: 3, starts: 101, limits: limitCases()}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.cli, "cli", "terraform", "the terraform or tofu to drive")
	flags.StringVar(&o.source, "source", ".", "the root of the project")
	flags.BoolFunc("quick", "10 keys once and the shorter rate limit, about a minute", func(string) error {
		o.sizes, o.runs, o.starts, o.limits = []int{10}, 1, 21, o.limits[:1]
		return nil
	})
	flags.IntVar(&o.runs, "runs", o.runs, fmt.Sprintf("how often to measure each, up to %d keys", manyKeys))
	flags.Func("n", "`numbers` of keys, as in 10,50 (default 10,50,100,500)", func(list string) (err error) {
		o.sizes, err = parseSizes(list)
		return err
	})
	flags.Func("only", "`parts` to measure, as in create,limits (default all: "+strings.Join(parts(), ",")+")", func(list string) error {
		o.only = strings.Split(list, ",")
		for _, name := range o.only {
			if !slices.Contains(parts(), name) {
				return fmt.Errorf("no part is called %q", name)
			}
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	o.runs = max(o.runs, 1)
	return o, nil
}

func parseSizes(list string) ([]int, error) {
	var sizes []int
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		if n < 1 || n > 1000 {
			return nil, fmt.Errorf("%d keys: from 1 to 1000 are possible", n)
		}
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes), nil
}

// wants reports whether a part is to be measured.
func (o options) wants(part string) bool {
	return len(o.only) == 0 || slices.Contains(o.only, part)
}
