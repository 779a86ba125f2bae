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
	p.table.add("on-behalf-of with an unknown subuser", "403", resp.String(), resp.hasStatus(http.StatusForbidden))
}

// askOtherRegion uses the credential in the other region.
func (p *prober) askOtherRegion(ctx context.Context) {
	resp := p.send(ctx, request{method: http.MethodGet, path: "/scopes", elsewhere: true})
	p.table.add("credential in the other region", "401", resp.String(), resp.hasStatus(http.StatusUnauthorized))
	p.addProtocol("HTTP version of the other region", resp)
}
