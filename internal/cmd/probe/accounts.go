package main

import (
	"context"
	"net/http"
	"strings"
)

// askSubuser lists the keys of a subuser that does not exist.
func (p *prober) askSubuser(ctx context.Context) {
	username := strings.TrimSuffix(p.created.prefix, "-")
	resp := p.send(ctx, request{method: http.MethodGet, path: keysPath, onBehalfOf: username})
	v := agreesIf(resp.status == http.StatusForbidden)
	if resp.err != nil || resp.status >= 500 || resp.status == http.StatusTooManyRequests {
		v = unclear
	}
	p.table.add("on-behalf-of with an unknown subuser", "403", resp.String(), v)
}

// askOtherRegion uses the credential in the other region.
func (p *prober) askOtherRegion(ctx context.Context) {
	resp := p.send(ctx, request{method: http.MethodGet, path: "/scopes", elsewhere: true})
	v := agreesIf(resp.status == http.StatusUnauthorized)
	if resp.err != nil || resp.status >= 500 || resp.status == http.StatusTooManyRequests {
		v = unclear
	}
	p.table.add("credential in the other region", "401", resp.String(), v)
	p.addProtocol("HTTP version of the other region", resp)
}
