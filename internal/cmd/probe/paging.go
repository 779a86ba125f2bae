package main

import (
	"context"
	"net/http"
	"slices"
)

// askListAndLimit lists the keys with the credential and with the created key.
func (p *prober) askListAndLimit(ctx context.Context) {
	resp := p.listWithBoth(ctx)
	keys, ok := resp.list()
	isOwn := func(k keyJSON) bool { return k.ID == p.own.ID }
	switch {
	case !ok:
		p.addSelf("key lists itself", resp)
	case slices.ContainsFunc(keys, isOwn):
		p.table.add("key lists itself", "allowed", "is in its own list", agrees)
	default:
		p.table.add("key lists itself", "allowed", "is not in its own list", differs)
	}
}

// askPaging asks how the list treats parameters that the provider never sends.
func (p *prober) askPaging(ctx context.Context) {
	for _, q := range []struct{ question, query string }{
		{"list with limit=0", "?limit=0"},
		{"list with a negative limit", "?limit=-1"},
		{"list with a limit that is no number", "?limit=x"},
	} {
		resp := p.send(ctx, request{method: http.MethodGet, path: keysPath + q.query})
		p.table.add(q.question, "rejected; the provider never sends it", resp.String(), resp.acceptance(false))
	}
	p.askOffset(ctx)
}

func (p *prober) askOffset(ctx context.Context) {
	const question, assumed = "list with limit=1&offset=1", "the second key; the provider never sends it"
	first := p.send(ctx, request{method: http.MethodGet, path: keysPath + "?limit=1"})
	second := p.send(ctx, request{method: http.MethodGet, path: keysPath + "?limit=1&offset=1"})
	a, ok := first.list()
	b, ok2 := second.list()
	switch {
	case !ok || !ok2:
		p.table.add(question, assumed, first.String()+", "+second.String(), unclear)
	case len(a) != 1:
		p.table.add(question, assumed, "limit=1 lists another number of keys", differs)
	case len(b) == 0:
		p.table.add(question, assumed, "no key; the account may have only one", unclear)
	default:
		different := len(b) == 1 && a[0].ID != b[0].ID
		observed := "the first key"
		if different {
			observed = "another key than the first"
		}
		p.table.add(question, assumed, observed, agreesIf(different))
	}
}
