package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// callTimeout is how long a call may take, including its response.
	callTimeout = 30 * time.Second
	// maxBody is how much of a response is read. A list of 100 keys is far shorter.
	maxBody = 1 << 20
	// maxRejections is how often a call is sent again after a 429.
	maxRejections = 4
)

// request is a call to send.
type request struct {
	method string
	// path begins after /v3 and can have a query.
	path string
	// body is sent as JSON unless it is nil.
	body any
	// secret is a created key's to send instead of the credential.
	secret     string
	onBehalfOf string
	// elsewhere sends the call to the other region.
	elsewhere bool
}

// route returns what a rate limit applies to: the method and the path, without an
// id.
func (r request) route() string {
	path, _, _ := strings.Cut(r.path, "?")
	if parent, _, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/"); ok {
		path = "/" + parent + "/{id}"
	}
	if r.elsewhere {
		path += " of the other region"
	}
	return r.method + " /v3" + path
}

// send sends a request, when the rate limit of its endpoint admits it, and again
// if it is rejected with 429 all the same. It starts nothing after ctx has ended.
func (p *prober) send(ctx context.Context, r request) reply {
	for attempt := 0; ; attempt++ {
		if err := p.limits.wait(ctx, r); err != nil {
			return reply{err: err}
		}
		resp := p.sendOnce(ctx, r)
		p.calls++
		fmt.Fprintf(p.log, "%s: %s\n", p.describe(r), resp)
		if again := p.limits.observe(r, resp); !again || attempt == maxRejections {
			return resp
		}
	}
}

// describe returns a line for the log, which people paste into issues.
func (p *prober) describe(r request) string {
	text := r.method + " /v3" + r.path
	if r.secret != "" {
		text += " with the created key"
	}
	if r.onBehalfOf != "" {
		text += " on behalf of " + r.onBehalfOf
	}
	if r.elsewhere {
		text += " in the other region"
	}
	return text
}

// sendOnce sends a request once. A POST is not canceled with ctx: nobody would
// learn which key it has created.
func (p *prober) sendOnce(ctx context.Context, r request) reply {
	if r.method == http.MethodPost {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := p.httpRequest(ctx, r)
	if err != nil {
		return reply{err: err}
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	// The credential need not have the shape of an API key.
	body = bytes.ReplaceAll(body, []byte(p.credential), []byte("***"))
	return reply{status: resp.StatusCode, header: resp.Header, proto: resp.Proto, body: body, err: err}
}

func (p *prober) httpRequest(ctx context.Context, r request) (*http.Request, error) {
	host := p.url
	if r.elsewhere {
		host = p.otherURL
	}
	var body io.Reader = http.NoBody
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, host+"/v3"+r.path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+cmp.Or(r.secret, p.credential))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "terraform-provider-sendgrid probe")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.onBehalfOf != "" {
		req.Header.Set("On-Behalf-Of", r.onBehalfOf)
	}
	return req, nil
}
