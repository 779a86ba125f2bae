package provider

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// config returns a random configuration, or none. Names repeat on purpose.
func (c *chaos) config() attrs {
	if c.rand.IntN(5) == 0 {
		return nil
	}
	config := attrs{
		"name":         []string{"a", "b"}[c.rand.IntN(2)],
		"on_behalf_of": chaosAccounts[c.rand.IntN(2)],
	}
	switch c.rand.IntN(6) {
	case 0: // Full Access
	case 1:
		config["scopes"] = []string{"billing.read"}
	default:
		names := []string{"mail.send", "alerts.read", "stats.read", "2fa_required"}
		config["scopes"] = names[:1+c.rand.IntN(len(names))]
	}
	if c.rand.IntN(4) == 0 {
		config["rotate_when_changed"] = map[string]string{"n": fmt.Sprint(c.rand.IntN(2))}
	}
	return config
}

// spoil injects faults, with or without a Ctrl-C.
func (c *chaos) spoil(cancel func()) {
	interrupt := func(do emulator.Behavior) emulator.Behavior {
		return func(x *emulator.Exchange) {
			cancel()
			do(x)
		}
	}
	faults := []emulator.Behavior{
		emulator.ResetBefore, emulator.ResetAfter, emulator.CutBody, emulator.EmptyBody, emulator.Hang, emulator.HangAfter,
		emulator.ReplaceBody(`{"api_key`), emulator.ReplaceBody(`{"errors":[{"field":null,"message":"SG.echo.secret"}]}`),
		emulator.HTMLPage(http.StatusBadGateway), emulator.HTMLPage(http.StatusNotFound),
		emulator.After(emulator.HTMLPage(http.StatusGatewayTimeout)), emulator.Late(time.Duration(c.rand.IntN(900)) * time.Millisecond),
		emulator.JSONError(http.StatusInternalServerError, "", "internal server error"),
		emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"),
		emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
		emulator.TooManyRequests(time.Unix(1, 0)),
		emulator.JSONError(http.StatusUnauthorized, "", "authorization required"),
		interrupt(emulator.ResetAfter), interrupt(func(x *emulator.Exchange) { x.Send(x.Apply()) }),
	}
	methods := []string{"", "POST", "POST", "POST", "GET", "PATCH", "PUT", "DELETE"}
	for range c.rand.IntN(4) {
		method := methods[c.rand.IntN(len(methods))]
		fault := faults[c.rand.IntN(len(faults))]
		if method == "" || method == "GET" {
			// The search for a lost key ends where SendGrid rejects it. Then people have
			// to look for the key that the error names: see TestSearchPersists. Here,
			// every key can be found.
			fault = faults[c.rand.IntN(len(faults)-3)]
		}
		c.env.emulator.Inject(emulator.Fault{Method: method, Skip: c.rand.IntN(3), Times: 1 + c.rand.IntN(2), Do: fault})
	}
}

// drift does something by hand, or lets SendGrid add another scope to every key.
func (c *chaos) drift() {
	keys := slices.DeleteFunc(c.env.emulator.Keys(chaosAccounts[c.rand.IntN(2)]), func(k emulator.Key) bool {
		return slices.Contains(c.credentials, k.Secret)
	})
	if len(keys) == 0 {
		return
	}
	id := keys[c.rand.IntN(len(keys))].ID
	switch c.rand.IntN(4) {
	case 0:
		c.env.emulator.DeleteKey(id)
	case 1:
		c.env.emulator.EditKey(id, func(k *emulator.Key) { k.Name = "renamed by hand" })
	case 2:
		editScopes("categories.read")(c.env.emulator, id)
	default:
		added := []string{"2fa_required", "x.new", "x.newer", "mail_settings.read"}
		c.env.emulator.SetAutoAssigned(added[:1+c.rand.IntN(len(added))]...)
	}
}
