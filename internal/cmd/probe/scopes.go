package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// unknownScopes are two, so that the response shows what separates them.
var unknownScopes = []string{"tf_probe.first", "tf_probe.second"}

// askUnknownScopes requests scopes that do not exist.
func (p *prober) askUnknownScopes(ctx context.Context) {
	const assumed = `an error "unauthorized scopes: …" with any status but 404`
	add := func(question string, resp reply, observed string) {
		v := resp.acceptance(false)
		if v == agrees {
			v = agreesIf(isUnauthorizedScopes(resp) && resp.status != http.StatusNotFound)
		}
		p.table.add(question, assumed, observed, v)
	}
	resp := p.create(ctx, "unknown", unknownScopes)
	add("POST with unknown scopes", resp, resp.String())
	resp, observed := p.replace(ctx, body{"name": p.ownName(), "scopes": unknownScopes})
	add("PUT with unknown scopes", resp, observed)
}

func isUnauthorizedScopes(r reply) bool {
	return strings.HasPrefix(strings.ToLower(r.message()), "unauthorized scopes")
}

// askEmptyScopes sends what the provider never sends, since SendGrid could take
// it for a request for Full Access.
func (p *prober) askEmptyScopes(ctx context.Context) {
	const assumed = "rejected; the provider never sends it"
	resp := p.create(ctx, "empty", []string{})
	observed := resp.String()
	if resp.accepted() {
		observed = fmt.Sprintf("%d, a key with %d scopes", resp.status, len(resp.key().Scopes))
		p.delete(ctx, resp.key()) // It can have Full Access.
	}
	p.table.add("POST with an empty list of scopes", assumed, observed, resp.acceptance(false))

	for _, q := range []struct {
		question string
		body     body
	}{
		{"PUT with an empty list of scopes", body{"name": p.ownName(), "scopes": []string{}}},
		{"PUT without scopes", body{"name": p.ownName()}},
	} {
		resp, observed := p.replace(ctx, q.body)
		p.table.add(q.question, assumed, observed, resp.acceptance(false))
	}
}

func (p *prober) askMixedBilling(ctx context.Context) {
	resp := p.create(ctx, "billing", []string{"billing.read", "api_keys.read"})
	observed, v := resp.String(), resp.acceptance(false)
	if isUnauthorizedScopes(resp) {
		// A key has billing scopes or others, so an API key is rarely able to ask.
		observed, v = "the credential does not hold billing.read", unclear
	}
	p.table.add("POST with billing scopes and others", "rejected; the provider never sends it", observed, v)
}

// replace sends a PUT for the created key, and returns the response and what was
// observed. It reads what a PUT that should be rejected has done, and undoes it.
func (p *prober) replace(ctx context.Context, b body) (reply, string) {
	put := request{method: http.MethodPut, path: keyPath(p.own), body: b}
	resp := p.send(ctx, put)
	if !resp.accepted() {
		return resp, resp.String()
	}
	read := p.send(ctx, request{method: http.MethodGet, path: put.path})
	put.body = body{"name": p.ownName(), "scopes": ownScopes}
	p.send(ctx, put)
	return resp, fmt.Sprintf("%d, after which the key has %d scopes", resp.status, len(read.key().Scopes))
}

func (p *prober) ownName() string { return p.created.prefix + "own" }
