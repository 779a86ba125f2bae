package main

import (
	"fmt"
	"time"
)

const (
	// maxConnections of a process with the usual number of workers.
	maxConnections = 12
	// boundKeys, and more, are made in at most maxRatio of the bound.
	boundKeys = 100
	maxRatio  = 1.15
	// maxOverScaffold holds for start and memory at rest.
	maxOverScaffold = 1.1
	// maxGrowth of what stays flat with the number of keys: the peak memory, and
	// what one key more takes.
	maxGrowth = 1.3
)

// must is something that the provider has to reach.
type must struct {
	what     string
	bound    string
	measured string
	reached  bool
}

// musts holds what was measured against what has to be reached.
func (r results) musts() []must {
	var all []must
	add := func(m ...must) { all = append(all, m...) }
	if len(r.life) > 0 {
		add(r.mustRequests(), r.mustConnections())
	}
	for _, m := range r.life {
		if m.part == creation().part && m.keys >= boundKeys {
			add(mustRatio(fmt.Sprintf("%d keys created, wall over bound", m.keys), m, maxRatio))
		}
	}
	for _, m := range r.parallel {
		add(m.mustWorkers(), mustRatio(fmt.Sprintf("%d keys created %d at a time, wall over bound", m.keys, m.workers), m, maxRatio))
	}
	if r.scaffold.start > 0 {
		add(
			mustRatioOf("start to schema, over the scaffold", over(r.provider.start, r.scaffold.start), maxOverScaffold),
			mustRatioOf("peak memory at rest, over the scaffold", over(r.provider.memory, r.scaffold.memory), maxOverScaffold),
		)
	}
	for _, l := range r.limited {
		add(l.musts()...)
	}
	return append(all, r.mustGrowth()...)
}

func (r results) mustRequests() must {
	surplus := 0
	for _, m := range r.life {
		surplus += m.surplus
	}
	return must{
		what:     "requests beyond one a key, one list, and one of scopes a process",
		bound:    "0",
		measured: fmt.Sprint(surplus),
		reached:  surplus == 0,
	}
}

func (r results) mustConnections() must {
	most := 0
	for _, m := range r.life {
		most = max(most, m.connections)
	}
	return must{
		what:     fmt.Sprintf("connections of a process, %d keys at a time", defaultWorkers),
		bound:    fmt.Sprintf("<= %d", maxConnections),
		measured: fmt.Sprint(most),
		reached:  most <= maxConnections,
	}
}

// mustWorkers holds that no worker waits for the connection of another.
func (m measurement) mustWorkers() must {
	return must{
		what:     fmt.Sprintf("connections of a process, %d keys at a time", m.workers),
		bound:    fmt.Sprintf(">= %d", m.workers),
		measured: fmt.Sprint(m.connections),
		reached:  m.connections >= m.workers,
	}
}

func (l limited) musts() []must {
	return []must{
		{
			what:     l.operation + ": keys made",
			bound:    fmt.Sprint(l.keys),
			measured: fmt.Sprint(l.made),
			reached:  l.made == l.keys,
		},
		{
			what:     l.operation + ": requests rejected",
			bound:    fmt.Sprintf("<= %d", l.limit.rejected),
			measured: fmt.Sprint(l.rejected),
			reached:  l.rejected <= l.limit.rejected,
		},
		mustRatio(l.operation+": wall over bound", l.measurement, l.limit.ratio),
	}
}

// mustGrowth holds the most keys against fewer. For the memory the worst operation
// counts; the processor time is that of a key's whole life, since the kernel counts
// it in ticks that are long beside a single operation.
func (r results) mustGrowth() []must {
	sizes := r.sizes()
	if len(sizes) < 3 {
		return nil
	}
	few, some, most := sizes[0], sizes[len(sizes)-2], sizes[len(sizes)-1]
	var early, late time.Duration
	var memory float64
	for _, o := range r.life {
		if o.keys != few {
			continue
		}
		a, b, c := o, r.find(o.part, some), r.find(o.part, most)
		early += further(a, b)
		late += further(b, c)
		memory = max(memory, over(c.provider.peak, a.provider.peak))
	}
	return []must{
		mustRatioOf(fmt.Sprintf("processor time for a further key, from %d to %d over from %d to %d", some, most, few, some), over(late, early), maxGrowth),
		mustRatioOf(fmt.Sprintf("peak memory, %d keys over %d", most, few), memory, maxGrowth),
	}
}

// further is the processor time that a provider needs for a key more.
func further(few, many measurement) time.Duration {
	return (many.provider.cpu - few.provider.cpu) / time.Duration(many.keys-few.keys)
}

func mustRatio(what string, m measurement, most float64) must {
	return mustRatioOf(what, m.ratio(), most)
}

// mustRatioOf is never reached where the ratio is not known.
func mustRatioOf(what string, ratio, most float64) must {
	return must{
		what:     what,
		bound:    fmt.Sprintf("<= %.2f", most),
		measured: fmt.Sprintf("%.2f", ratio),
		reached:  ratio > 0 && ratio <= most,
	}
}
