package main

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestNameTrimmedSilently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, func(own, _ *emulator.Config) { own.NameRules.Trim = true })
		a.Inject(emulator.Fault{Method: "PATCH", Skip: 3, Do: func(x *emulator.Exchange) {
			resp := x.Apply()
			echo, err := json.Marshal(body{"api_key_id": a.prober.own.ID, "name": a.prober.blankName()})
			if err != nil {
				t.Error(err)
			}
			resp.Body = string(echo)
			x.Send(resp)
		}})
		if err := a.prober.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for question, want := range map[string]verdict{
			"name with blanks at both ends":            agrees,
			"name with blanks at both ends, when read": differs,
		} {
			if got := a.finding(question); got.verdict != want {
				t.Errorf("%+v, want %s", got, want)
			}
		}
	})
}
