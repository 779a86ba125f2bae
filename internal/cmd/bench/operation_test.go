package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	for request, want := range map[[2]string]kind{
		{"GET", "/v3/scopes"}:         scopes,
		{"GET", "/v3/api_keys"}:       list,
		{"POST", "/v3/api_keys"}:      create,
		{"GET", "/v3/api_keys/abc"}:   read,
		{"PUT", "/v3/api_keys/abc"}:   rescope,
		{"PATCH", "/v3/api_keys/abc"}: rename,
		{"DELETE", "/v3/api_keys/a"}:  revoke,
		{"DELETE", "/v3/api_keys"}:    other,
		{"POST", "/v3/scopes"}:        other,
		{"GET", "/"}:                  other,
	} {
		if got := kindOf(emulator.Request{Method: request[0], Path: request[1]}); got != want {
			t.Errorf("%s is a request of kind %q, want %q", request, got, want)
		}
	}
}

// A create of 25 keys, ten at a time: in the plan a connection and the scopes;
// in the apply a connection, the scopes, the list, the first key, and three
// rounds.
func TestBound(t *testing.T) {
	t.Parallel()
	net := distant(100 * time.Millisecond)
	if got, want := creation().bound(net, 25, 10), (3+2+6)*100*time.Millisecond; got != want {
		t.Errorf("the bound is %s, want %s", got, want)
	}
	if got := creation().bound(network{}, 25, 10); got != 0 {
		t.Errorf("without a network, the bound is %s", got)
	}
	if got := (traffic{}).bound(net, 25, 10); got != 0 {
		t.Errorf("without traffic, the bound is %s", got)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	want := map[kind]int{scopes: 2, list: 1, create: 25}
	if diff := cmp.Diff(want, creation().requests(25)); diff != "" {
		t.Errorf("requests of a create (-want +got):\n%s", diff)
	}
}

func TestLimitBound(t *testing.T) {
	t.Parallel()
	second := func(s float64) time.Time { return time.UnixMilli(int64(s * 1000)) }
	for _, test := range []struct {
		limit        limitCase
		begin, first float64
		keys         int
		want         time.Duration
	}{
		// The window of the first key opened at 999 s, the 20th opens 57 s later.
		{limitCase{requests: 1, window: 3 * time.Second}, 1000, 1001.5, 20, 56 * time.Second},
		// Three keys a window: the 7th window is the last.
		{limitCase{requests: 3, window: 2 * time.Second}, 1000, 1001.5, 20, 12 * time.Second},
		{limitCase{requests: 3, window: 2 * time.Second}, 1000, 1001.5, 21, 12 * time.Second},
		{limitCase{requests: 3, window: 2 * time.Second}, 1000, 1001.5, 22, 14 * time.Second},
		// The end of the window at 1000.5 s is told as 1001.
		{limitCase{requests: 1, window: 1500 * time.Millisecond}, 999, 999.5, 2, 2 * time.Second},
	} {
		if got := test.limit.bound(second(test.begin), second(test.first), test.keys); got != test.want {
			t.Errorf("%d keys at %d per %s: the bound is %s, want %s", test.keys, test.limit.requests, test.limit.window, got, test.want)
		}
	}
}
