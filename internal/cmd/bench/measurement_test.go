package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestCount(t *testing.T) {
	t.Parallel()
	post := emulator.Request{Time: time.Unix(5, 0), Method: "POST", Path: "/v3/api_keys", Status: http.StatusTooManyRequests}
	again := post
	again.Time, again.Status = time.Unix(6, 0), http.StatusCreated
	var m measurement
	m.count([]emulator.Request{{Time: time.Unix(4, 0), Method: "GET", Path: "/v3/scopes", Status: http.StatusOK}, post, again})
	if diff := cmp.Diff(map[kind]int{scopes: 1, create: 2}, m.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if m.rejected != 1 || !m.firstCreate.Equal(post.Time) {
		t.Errorf("%d rejected, the first create at %s", m.rejected, m.firstCreate)
	}
	if got := surplus(m.requests, map[kind]int{scopes: 2, create: 1}); got != 1 {
		t.Errorf("%d surplus requests, want 1", got)
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	got := best([]measurement{
		{wall: 3, connections: 12, requests: map[kind]int{list: 1}},
		{wall: 2, connections: 10, requests: map[kind]int{create: 5}, provider: usage{peak: 7}},
		{wall: 4, connections: 11, rejected: 1},
	})
	want := measurement{
		wall:        2,
		connections: 12,
		rejected:    1,
		requests:    map[kind]int{list: 1, create: 5},
		provider:    usage{peak: 7},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(measurement{}, usage{})); diff != "" {
		t.Errorf("best of three (-want +got):\n%s", diff)
	}
}

func TestTypicalRest(t *testing.T) {
	t.Parallel()
	got := typicalRest([]rest{{start: 1, memory: 30}, {start: 3, memory: 10}, {start: 2, memory: 20}})
	if want := (rest{start: 2, memory: 20}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
