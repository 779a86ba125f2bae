package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

const (
	// defaultWorkers is how many resources a CLI works on at a time.
	defaultWorkers = 10
	// manyWorkers is for those who raise it, on manyWorkersKeys keys.
	manyWorkers     = 30
	manyWorkersKeys = 100
	// latency is what an answer of SendGrid takes at the least.
	latency = 80 * time.Millisecond
	// limitedKeys are made under each rate limit.
	limitedKeys = 20
)

// bench is one run of the benchmark.
type bench struct {
	options options
	log     io.Writer

	dir       string
	workspace *workspace
	provider  program
	scaffold  program
	results   results
	// report is what came of it, in Markdown.
	report string
}

// run measures what was asked for, and leaves no file and no process behind.
func (b *bench) run(ctx context.Context) (err error) {
	b.dir, err = os.MkdirTemp("", "sendgrid-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	// Links in it would hide the processes from the watcher.
	if b.dir, err = filepath.EvalSymlinks(b.dir); err != nil {
		return err
	}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{b.rest, b.life, b.parallelism, b.limits, b.hot} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	b.report = b.results.markdown()
	return nil
}

// prepare builds the providers, and initializes the folder to work in.
func (b *bench) prepare(ctx context.Context) (err error) {
	b.progress("building")
	programs := filepath.Join(b.dir, "programs")
	b.provider, err = build(ctx, b.options.source, ".", filepath.Join(programs, "provider"))
	if err != nil {
		return err
	}
	b.scaffold, err = build(ctx, b.options.source, "./internal/cmd/bench/scaffold", filepath.Join(programs, "scaffold"))
	if err != nil {
		return err
	}
	config, err := mirror.Lay(b.dir, b.provider.path)
	if err != nil {
		return err
	}
	b.workspace = &workspace{
		cli:  b.options.cli,
		root: b.dir,
		dir:  filepath.Join(b.dir, "workspace"),
		env:  append(cleanEnv(), "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"),
	}
	if err := b.workspace.prepare(ctx); err != nil {
		return err
	}
	b.results.cli, err = b.workspace.version(ctx)
	return err
}

func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.log, format+"\n", args...)
}

// rest measures both providers without a CLI, in turns, so that what else runs
// on the machine disturbs both.
func (b *bench) rest(ctx context.Context) error {
	if !b.options.wants("start") {
		return nil
	}
	b.progress("start of the provider, %d times", b.options.starts)
	var provider, scaffold []rest
	for range b.options.starts {
		for _, p := range []struct {
			program program
			into    *[]rest
		}{{b.provider, &provider}, {b.scaffold, &scaffold}} {
			r, err := measureRest(ctx, p.program.path)
			if err != nil {
				return err
			}
			*p.into = append(*p.into, r)
		}
	}
	b.results.provider = atRest{rest: typicalRest(provider), size: b.provider.size}
	b.results.scaffold = atRest{rest: typicalRest(scaffold), size: b.scaffold.size}
	return nil
}

// life measures the life of the keys for each number of them.
func (b *bench) life(ctx context.Context) error {
	operations := lifeOfKeys()
	last := 0
	for i, o := range operations {
		if b.options.wants(o.part) {
			last = i + 1
		}
	}
	for _, n := range b.options.sizes {
		measured, err := b.compare(ctx, operations[:last], n, defaultWorkers)
		if err != nil {
			return err
		}
		for _, m := range measured {
			if b.options.wants(m.part) {
				b.results.life = append(b.results.life, m)
			}
		}
	}
	return nil
}

// parallelism measures a create with more workers than usual.
func (b *bench) parallelism(ctx context.Context) error {
	if !b.options.wants("parallelism") {
		return nil
	}
	o := creation()
	o.name = fmt.Sprintf("create, %d at a time", manyWorkers)
	measured, err := b.compare(ctx, []operation{o}, manyWorkersKeys, manyWorkers)
	b.results.parallel = measured
	return err
}

// limits makes keys under rate limits. That the CLI fails there is a result.
func (b *bench) limits(ctx context.Context) error {
	if !b.options.wants("limits") {
		return nil
	}
	for _, c := range b.options.limits {
		l, err := b.limited(ctx, c)
		if err != nil {
			return err
		}
		b.progress("%s, %d keys: %s", c.name, limitedKeys, l.wall.Round(time.Millisecond))
		b.results.limited = append(b.results.limited, l)
	}
	return nil
}

func (b *bench) limited(ctx context.Context, c limitCase) (limited, error) {
	s, err := startSendGrid(ctx, b.dir, distant(latency), c.rateLimit())
	if err != nil {
		return limited{}, err
	}
	defer s.Close()
	if err := b.workspace.reset(); err != nil {
		return limited{}, err
	}
	o := creation()
	o.name = c.name
	m, err := b.workspace.do(ctx, o, s, limitedKeys, defaultWorkers)
	switch {
	case ctx.Err() != nil:
		return limited{}, ctx.Err()
	case err != nil:
		b.progress("%s: %s", c.name, err)
	}
	m.bound = c.bound(m.begin, m.firstCreate, limitedKeys)
	m.surplus = surplus(m.requests, o.requests(limitedKeys))
	return limited{measurement: m, limit: c, made: len(s.Keys(emulator.Parent))}, nil
}

// hot runs the Go benchmarks.
func (b *bench) hot(ctx context.Context) (err error) {
	if !b.options.wants("hot") {
		return nil
	}
	b.progress("Go benchmarks")
	b.results.hot, err = hotPaths(ctx, b.options.source)
	return err
}
