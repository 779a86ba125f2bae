package main

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// http2 makes responses look like those of an HTTP/2 server.
type http2 struct{ http.RoundTripper }

func (t http2) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(req)
	if resp != nil {
		resp.Proto = "HTTP/2.0"
	}
	return resp, err
}

func TestHTTPVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, nil)
		a.prober.http.Transport = http2{a.prober.http.Transport}
		if err := a.prober.checkCredential(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.prober.askOtherRegion(t.Context())
		a.other.Close()
		a.prober.askOtherRegion(t.Context())
		for i, want := range []struct {
			question string
			verdict  verdict
		}{
			{"HTTP version", differs},
			{"credential in the other region", agrees},
			{"HTTP version of the other region", differs},
			{"credential in the other region", unclear},
			{"HTTP version of the other region", unclear},
		} {
			if got := a.prober.table[i]; got.question != want.question || got.verdict != want.verdict {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	})
}

func TestIdleConnections(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		idle     bool
		cancel   time.Duration
		question string
		observed string
		waits    time.Duration
	}{
		"not asked":   {question: "idle connection stays open", observed: "not asked without -idle"},
		"interrupted": {idle: true, cancel: time.Minute, question: "idle connection to 127.0.0.1:80 stays open", observed: "interrupted", waits: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, nil)
				a.prober.idle = tt.idle
				if err := a.prober.checkCredential(t.Context()); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(tt.cancel, cancel)
				start := time.Now()
				a.prober.askIdle(ctx)
				if got := a.finding(tt.question); got.verdict != unclear || got.observed != tt.observed {
					t.Errorf("%+v", got)
				}
				if d := time.Since(start); d != tt.waits {
					t.Errorf("waited %s, want %s", d, tt.waits)
				}
			})
		})
	}
}
