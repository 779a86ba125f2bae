package main

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
)

// The demo runs to its end and shows no secret, not even one of the emulator.
func TestDemo(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	var out bytes.Buffer
	d := demo{cli: cli.Path, source: "../../..", out: &out}
	if err := d.run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if secret := regexp.MustCompile(`SG\.[\w-]+\.`).Find(out.Bytes()); secret != nil {
		t.Error("the demo shows the secret of an API key")
	}
	for _, want := range []string{
		"newsletter_api_key = <sensitive>",
		"2 to change, 0 to destroy",
		"No changes.",
		"PATCH  /v3/api_keys/",
	} {
		if !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("the demo does not show %q", want)
		}
	}
	if cli.Has("1.11", "1.11") && bytes.Count(out.Bytes(), []byte("The store holds the secret of key")) != 2 {
		t.Error("the demo does not show the delivery of a secret and of its successor")
	}
}
