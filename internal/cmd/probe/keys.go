package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	keysPath = "/api_keys"
	// cleanupTimeout bounds cleanUp, which nothing else interrupts.
	cleanupTimeout = 3 * time.Minute
	// cleanupAttempts is how often a key is deleted, and how often it is looked
	// for, cleanupPause apart.
	cleanupAttempts = 4
	cleanupPause    = 2 * time.Second
)

// created is what the probe has created in the account.
type created struct {
	// prefix begins the name of every key. Its random part makes it certain that
	// a key whose name contains it is the probe's.
	prefix string
	keys   []keyJSON
	// unsettled are the names in requests that may have created a key: the
	// response was lost, or does not say.
	unsettled []string
	deleted   map[string]bool // By id.
}

// create sends a POST and remembers the key that it creates.
func (p *prober) create(ctx context.Context, suffix string, scopes []string) reply {
	name := p.created.prefix + suffix
	p.created.unsettled = append(p.created.unsettled, name)
	before := p.calls
	resp := p.send(ctx, request{method: http.MethodPost, path: keysPath, body: body{"name": name, "scopes": scopes}})
	key := resp.key()
	if key.ID != "" {
		p.created.keys = append(p.created.keys, key)
	}
	rejected := resp.status >= 400 && resp.status < 500
	if key.ID != "" || rejected || p.calls == before {
		p.created.settle(name)
	}
	return resp
}

func (c *created) settle(name string) {
	c.unsettled = slices.DeleteFunc(c.unsettled, func(s string) bool { return s == name })
}

// cleanUp deletes every key that the probe has created. The context may have
// ended already. The error names what is left.
func (p *prober) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	for _, key := range p.created.keys {
		p.delete(ctx, key)
	}
	err := p.deleteListed(ctx)
	for _, key := range p.created.keys {
		if !p.created.deleted[key.ID] {
			err = errors.Join(err, fmt.Errorf("API key %s (%s) is left: delete it in SendGrid's console", key.ID, key.Name))
		}
	}
	fmt.Fprintf(p.log, "deleted %d of %d created API keys\n", len(p.created.deleted), len(p.created.keys))
	if err != nil {
		// A panic would hide the error.
		fmt.Fprintln(p.log, err)
	}
	return err
}

// delete deletes a key that the probe has created, unless it is deleted already.
func (p *prober) delete(ctx context.Context, key keyJSON) {
	if p.created.deleted[key.ID] {
		return
	}
	for range cleanupAttempts {
		resp := p.send(ctx, request{method: http.MethodDelete, path: keyPath(key)})
		if resp.accepted() || resp.missing() {
			p.created.deleted[key.ID] = true
			fmt.Fprintf(p.log, "deleted API key %s\n", key.ID)
			return
		}
		if sleep(ctx, cleanupPause) != nil {
			return
		}
	}
}

// deleteListed deletes the keys of requests without a conclusive response, by
// their names. Such a request can take effect after its connection has broken,
// so a key that is not listed yet is looked for again.
func (p *prober) deleteListed(ctx context.Context) error {
	listed := false
	for range cleanupAttempts {
		keys, ok := p.send(ctx, request{method: http.MethodGet, path: keysPath}).list()
		listed = listed || ok
		for _, key := range keys {
			if !strings.Contains(key.Name, p.created.prefix) {
				continue
			}
			p.created.settle(key.Name)
			p.remember(key)
			p.delete(ctx, key)
		}
		if ok && len(p.created.unsettled) == 0 || sleep(ctx, cleanupPause) != nil {
			break
		}
	}
	if len(p.created.unsettled) > 0 && !listed {
		return fmt.Errorf("the keys of the account could not be listed: an API key named %s may be left",
			strings.Join(p.created.unsettled, " or "))
	}
	return nil
}

// remember adds a key whose POST has not reported it.
func (p *prober) remember(key keyJSON) {
	if !slices.ContainsFunc(p.created.keys, func(k keyJSON) bool { return k.ID == key.ID }) {
		p.created.keys = append(p.created.keys, key)
	}
}

func keyPath(key keyJSON) string { return keysPath + "/" + key.ID }
