package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// askNames renames the created key. A POST with these names could create a key
// that cannot be found by its name.
func (p *prober) askNames(ctx context.Context) {
	p.askName(ctx, "name with characters beyond ASCII", p.created.prefix+"ü-漢-🔑")
	p.askLongName(ctx)
	resp := p.rename(ctx, "")
	p.table.add("empty name", "rejected", resp.String(), resp.acceptance(false))
	p.askName(ctx, "name with blanks at both ends", p.blankName())
}

func (p *prober) blankName() string { return "  " + p.created.prefix + "blanks  " }

// addBlankName adds what a read of the created key returns after askNames. The
// response to PATCH could repeat the request.
func (p *prober) addBlankName(read reply) {
	observed, v := read.String(), unclear
	switch read.key().Name {
	case p.blankName():
		observed, v = "kept as sent", agrees
	case strings.TrimSpace(p.blankName()):
		observed, v = "trimmed", differs
	}
	p.table.add("name with blanks at both ends, when read", "kept as sent", observed, v)
}

func (p *prober) rename(ctx context.Context, name string) reply {
	return p.send(ctx, request{method: http.MethodPatch, path: keyPath(p.own), body: body{"name": name}})
}

func (p *prober) askName(ctx context.Context, question, name string) {
	resp := p.rename(ctx, name)
	observed, v := resp.String(), resp.acceptance(true)
	if resp.accepted() {
		if got := resp.key().Name; got != name {
			observed, v = fmt.Sprintf("changed to %q", printable(got)), differs
		} else {
			observed = "kept as sent"
		}
	}
	p.table.add(question, "kept as sent", observed, v)
}

// askLongName tries shorter names until one is accepted as sent.
func (p *prober) askLongName(ctx context.Context) {
	var observed []string
	for i, length := range []int{1000, 255, 100, 64} {
		name := p.created.prefix + strings.Repeat("x", length-len(p.created.prefix))
		resp := p.rename(ctx, name)
		switch {
		case resp.accepted() && resp.key().Name == name:
			observed = append(observed, fmt.Sprintf("%d characters accepted", length))
			p.table.add("long name", "no limit", strings.Join(observed, ", "), agreesIf(i == 0))
			return
		case !resp.accepted() && !resp.rejected():
			p.table.add("long name", "no limit", resp.String(), unclear)
			return
		}
		rejection := resp.String()
		if resp.accepted() {
			rejection = "changed"
		}
		observed = append(observed, fmt.Sprintf("%d not: %s", length, rejection))
	}
	p.table.add("long name", "no limit", strings.Join(observed, ", "), differs)
}
