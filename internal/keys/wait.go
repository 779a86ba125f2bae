package keys

import (
	"context"
	"fmt"
	"time"
)

// wait waits for d, or until ctx ends, which is its only error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting for SendGrid: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}
