package main

import (
	"context"
	"net/http"
)

// askSelf sends requests about the created key with that key as the credential.
func (p *prober) askSelf(ctx context.Context) {
	read := p.sendWithOwn(ctx, request{method: http.MethodGet, path: keyPath(p.own)})
	p.addSelf("key reads itself", read)
	p.addBlankName(read)
	for _, q := range []struct {
		question string
		method   string
		body     body
	}{
		{"key renames itself", http.MethodPatch, body{"name": p.ownName()}},
		{"key changes its own scopes", http.MethodPut, body{"name": p.ownName(), "scopes": ownScopes}},
	} {
		resp := p.sendWithOwn(ctx, request{method: q.method, path: keyPath(p.own), body: q.body})
		p.addSelf(q.question, resp)
	}
}

func (p *prober) addSelf(question string, resp reply) {
	v := resp.acceptance(true)
	if resp.forbidden() {
		v = differs // The key holds the scopes.
	}
	p.table.add(question, "allowed", resp.String(), v)
}

// askRevoked lets the created key delete itself, and then uses it.
func (p *prober) askRevoked(ctx context.Context) {
	resp := p.sendWithOwn(ctx, request{method: http.MethodDelete, path: keyPath(p.own)})
	p.addSelf("key deletes itself", resp)
	if !resp.accepted() {
		p.delete(ctx, p.own)
	}

	resp = p.send(ctx, request{method: http.MethodGet, path: keysPath, secret: p.own.Secret})
	v := resp.hasStatus(http.StatusUnauthorized)
	if resp.accepted() {
		v = unclear // It can take minutes until a key is revoked.
	}
	p.table.add("request with a deleted key", "401 with any message", resp.String(), v)
}
