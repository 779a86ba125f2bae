package process

import (
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func (i installed) testInterrupt(t *testing.T) {
	t.Parallel()
	keys := emulator.Fault{Method: "POST", Path: "/v3/api_keys"}

	t.Run("lets a POST finish", func(t *testing.T) {
		t.Parallel()
		r := i.run(t, oneKey)
		keys := keys
		keys.Do = func(x *emulator.Exchange) {
			r.interrupt()
			// Time for the signal to reach the provider.
			x.Pause(500 * time.Millisecond)
			x.Send(x.Apply())
		}
		r.emulator.Inject(keys)
		out, err := r.apply()
		if err == nil {
			t.Errorf("the apply was not interrupted:\n%s", out)
		}
		r.expectKeys(1, out)
	})
	t.Run("ends a wait", func(t *testing.T) {
		t.Parallel()
		r := i.run(t, oneKey)
		keys := keys
		keys.Do = func(x *emulator.Exchange) {
			emulator.TooManyRequests(time.Now().Add(110 * time.Second))(x)
			r.interrupt()
		}
		r.emulator.Inject(keys)
		began := time.Now()
		out, err := r.apply()
		if err == nil || time.Since(began) > time.Minute {
			t.Errorf("the wait for the rate limit was not interrupted: %v\n%s", err, out)
		}
		r.expectKeys(0, out)
	})
}
