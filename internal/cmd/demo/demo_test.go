package main

import (
	"bytes"
	"os"
	"regexp"
	"testing"
)

// The demo runs to its end and shows no key, not even those of the emulator.
func TestDemo(t *testing.T) {
	t.Parallel()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || cli == "" {
		t.Skip("drives a real CLI: run by make test")
	}
	var out bytes.Buffer
	d := demo{cli: cli, source: "../../..", out: &out}
	if err := d.run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if secret := regexp.MustCompile(`SG\.[\w-]+\.`).Find(out.Bytes()); secret != nil {
		t.Error("the demo shows an API key")
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
}
