package main

import (
	"context"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// compare runs the operations at the latency and without any, and tells the bound
// of the one by the other: what the CLI, the provider and the emulator compute is
// not the network's.
func (b *bench) compare(ctx context.Context, operations []operation, n, workers int) ([]measurement, error) {
	if len(operations) == 0 {
		return nil, nil
	}
	runs := b.options.runs
	if n > manyKeys {
		runs = 1
	}
	away := distant(latency)
	near, far := make([][]measurement, len(operations)), make([][]measurement, len(operations))
	for range runs {
		for _, side := range []struct {
			network network
			into    [][]measurement
		}{{network{}, near}, {away, far}} {
			measured, err := b.cycle(ctx, operations, side.network, n, workers)
			if err != nil {
				return nil, err
			}
			for i, m := range measured {
				side.into[i] = append(side.into[i], m)
			}
		}
	}
	compared := make([]measurement, len(operations))
	for i, o := range operations {
		compared[i] = best(far[i])
		compared[i].bound = best(near[i]).wall + o.bound(away, n, workers)
		compared[i].surplus = surplus(compared[i].requests, o.requests(n))
	}
	return compared, nil
}

// cycle runs the operations once, one after the other, on an account of their own.
func (b *bench) cycle(ctx context.Context, operations []operation, net network, n, workers int) ([]measurement, error) {
	s, err := startSendGrid(ctx, b.dir, net)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := b.workspace.reset(); err != nil {
		return nil, err
	}
	var measured []measurement
	for _, o := range operations {
		if o.part == "import" {
			if err := b.workspace.forget(s.Keys(emulator.Parent)); err != nil {
				return nil, err
			}
		}
		m, err := b.workspace.do(ctx, o, s, n, workers)
		if err == nil {
			err = m.check(o)
		}
		if err != nil {
			return nil, err
		}
		b.progress("%s, %d keys, %s: %s", o.name, n, net.latency, m.wall.Round(time.Millisecond))
		measured = append(measured, m)
	}
	return measured, nil
}
