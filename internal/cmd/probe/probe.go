package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// askTimeout bounds all questions together.
const askTimeout = 10 * time.Minute

// namePrefix begins the names of the keys of every run. CONTRIBUTING.md names it.
const namePrefix = "tf-probe-"

type options struct {
	url, otherURL string
	credential    string
	// idle measures how long idle connections stay open, up to maxIdle.
	idle    bool
	maxIdle time.Duration
	// dial replaces net.Dialer.DialContext if it is set.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	// log gets a line for every call.
	log io.Writer
}

// prober asks the questions. It sends one call at a time.
type prober struct {
	options
	http    *http.Client
	conns   *connections
	limits  limits
	calls   int
	created created
	// own is the key that most questions are about. It holds ownScopes.
	own   keyJSON
	table table
}

// ownScopes are the scopes of the created key: those that it needs to be a
// credential for questions about itself.
var ownScopes = []string{"api_keys.read", "api_keys.update", "api_keys.delete"}

// body is a JSON object in a request.
type body map[string]any

func newProber(o options) *prober {
	if o.dial == nil {
		o.dial = new(net.Dialer).DialContext
	}
	conns := &connections{dial: o.dial}
	return &prober{
		options: o,
		conns:   conns,
		http: &http.Client{
			Transport: conns.transport(),
			// A redirect could send the credential to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		limits: make(limits),
		created: created{
			prefix:  namePrefix + strings.ToLower(rand.Text()) + "-",
			deleted: make(map[string]bool),
		},
	}
}

// run asks the questions and fills the table. The error says why it is not
// complete, or what is left in the account.
func (p *prober) run(ctx context.Context) error {
	defer p.http.CloseIdleConnections()
	if err := p.checkCredential(ctx); err != nil {
		return err
	}
	if err := p.askAndCleanUp(ctx); err != nil {
		return err
	}
	p.askIdle(ctx)
	p.addLimits()
	return ctx.Err()
}

// checkCredential returns an error if the credential could not delete what it
// creates.
func (p *prober) checkCredential(ctx context.Context) error {
	resp := p.send(ctx, request{method: http.MethodGet, path: "/scopes"})
	if !resp.accepted() {
		return fmt.Errorf("could not read the scopes of the credential: %s", resp)
	}
	held := resp.key().Scopes
	for _, scope := range append([]string{"api_keys.create"}, ownScopes...) {
		if !slices.Contains(held, scope) {
			return fmt.Errorf("the credential lacks the scope %s", scope)
		}
	}
	p.addProtocol("HTTP version", resp)
	return nil
}

// askAndCleanUp deletes the created keys also after a panic.
func (p *prober) askAndCleanUp(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, p.cleanUp(ctx)) }()
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()

	resp := p.create(ctx, "own", ownScopes)
	if p.own = resp.key(); p.own.ID == "" || p.own.Secret == "" {
		return fmt.Errorf("could not create an API key: %s", resp)
	}
	for _, ask := range []func(context.Context){
		p.askNames,
		p.askListAndLimit,
		p.askSelf,
		p.askUnknownScopes,
		p.askEmptyScopes,
		p.askMixedBilling,
		p.askPaging,
		p.askSubuser,
		p.askOtherRegion,
		p.askRevoked, // The last, since the created key deletes itself.
	} {
		if ask(ctx); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// sendWithOwn sends a request with the created key as the credential. A new key
// may not be accepted at once.
func (p *prober) sendWithOwn(ctx context.Context, r request) reply {
	r.secret = p.own.Secret
	const attempts, pause = 4, 5 * time.Second
	for attempt := 1; ; attempt++ {
		resp := p.send(ctx, r)
		if resp.status != http.StatusUnauthorized || attempt == attempts || sleep(ctx, pause) != nil {
			return resp
		}
	}
}
