package process

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// However the CLI ends, the providers end too, and no ephemeral key is left.
func (i installed) testEnds(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	skipWithoutSignals(t)
	for how, end := range map[string]func(*run){
		"SIGHUP":                      (*run).hangUp,
		"SIGKILL of the CLI":          (*run).orphan,
		"SIGKILL of the CLI, SIGTERM": (*run).orphanAndTerminate,
		"two Ctrl-C":                  (*run).interruptTwice,
	} {
		// The ephemeral key is created for the plan and for the apply. The third POST
		// creates the managed one.
		for when, skip := range map[string]int{"while a key is being opened": 1, "while a key is open": 2} {
			t.Run(how+" "+when, func(t *testing.T) {
				t.Parallel()
				r := i.run(t, borrowed("mail.send"))
				// The providers log to a pipe that a dead CLI does not read.
				r.Env = append(r.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.Dir, "trace.log"))
				r.emulator.Inject(emulator.Fault{Method: "POST", Skip: skip, Do: func(x *emulator.Exchange) {
					end(r)
					if skip == 2 {
						x.Reset()
						return
					}
					// SendGrid creates the key when the CLI has ended.
					x.Pause(500 * time.Millisecond)
					x.Send(x.Apply())
				}})
				out, err := r.apply()
				if err == nil {
					t.Errorf("the apply was not ended:\n%s", out)
				}
				r.expectEnded()
				for _, k := range r.emulator.Keys(emulator.Parent) {
					t.Errorf("%q is left\n%s", k.Name, out)
				}
			})
		}
	}
}

// Where the CLI outlives its terminal, its providers do, too.
func (i installed) testNohup(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	skipWithoutSignals(t)
	nohup, err := exec.LookPath("nohup")
	if err != nil {
		t.Skip("needs nohup")
	}
	r := i.run(t, borrowed("mail.send"))
	r.emulator.Inject(emulator.Fault{Method: "POST", Skip: 2, Do: func(x *emulator.Exchange) {
		r.hangUp()
		// Time for the signal to reach the provider.
		x.Pause(500 * time.Millisecond)
		x.Send(x.Apply())
	}})
	cmd := r.Command("apply", "-auto-approve", "-input=false", "-no-color")
	cmd.Path, cmd.Args = nohup, append([]string{"nohup"}, cmd.Args...)
	out, err := r.start(cmd)
	if err != nil {
		t.Errorf("the apply ended: %v\n%s", err, out)
	}
	r.expectKeys(1, out)
	if keys := r.emulator.Keys(emulator.Parent); len(keys) != 1 || strings.HasPrefix(keys[0].Name, "terraform-ephemeral-") {
		t.Errorf("keys %v", keys)
	}
}
