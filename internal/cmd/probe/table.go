package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// verdict compares what SendGrid did with what the provider assumes.
type verdict string

const (
	agrees  verdict = "agrees"
	differs verdict = "differs"
	unclear verdict = "unclear"
)

// agreesIf returns agrees or differs.
func agreesIf(ok bool) verdict {
	if ok {
		return agrees
	}
	return differs
}

// finding is a row of the table.
type finding struct {
	question string
	// assumed is what the provider, or the emulator that it is tested on, assumes.
	assumed  string
	observed string
	verdict  verdict
}

type table []finding

func (t *table) add(question, assumed, observed string, v verdict) {
	*t = append(*t, finding{question, assumed, observed, v})
}

func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "QUESTION\tOBSERVED\tASSUMED\tVERDICT")
	for _, f := range *t {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", f.question, f.observed, f.assumed, f.verdict)
	}
	return out.Flush()
}
