package main

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestFindings(t *testing.T) {
	t.Parallel()
	const nameRejected = `400 "expected JSON request body with 'name' property"`
	for name, tt := range map[string]struct {
		configure func(own, other *emulator.Config)
		faults    []emulator.Fault
		// want are the rows that do not agree, or whose text matters.
		want rows
	}{
		"defaults": {want: rows{
			"HTTP version":                               {agrees, "HTTP/1.1"},
			"long name":                                  {agrees, "1000 characters accepted"},
			"who shares a rate limit":                    {agrees, "594 remain for the credential, then 593 for another key"},
			"POST with unknown scopes":                   {agrees, `400 "unauthorized scopes: [tf_probe.first tf_probe.second]"`},
			"list with limit=1&offset=1":                 {agrees, "another key than the first"},
			"request with a deleted key":                 {agrees, `401 "authorization required"`},
			"idle connection to 127.0.0.1:80 stays open": {agrees, "for 2m0s"},
			"rate limit of POST /v3/api_keys":            {agrees, "3 requests, reset within 2s, sent in seconds since 1970"},
		}},

		"403 for scopes": {
			configure: func(own, _ *emulator.Config) { own.RejectedScopesStatus = http.StatusForbidden },
			want:      rows{"PUT with unknown scopes": {agrees, `403 "unauthorized scopes`}},
		},
		"404 for scopes": {
			configure: func(own, _ *emulator.Config) { own.RejectedScopesStatus = http.StatusNotFound },
			want:      rows{"POST with unknown scopes": {differs, "404"}, "PUT with unknown scopes": {differs, "404"}},
		},
		"unknown scopes accepted": {
			configure: func(own, _ *emulator.Config) { own.ExtraScopes = unknownScopes },
			want: rows{
				"POST with unknown scopes": {differs, "201"},
				"PUT with unknown scopes":  {differs, "200, after which the key has 4 scopes"},
			},
		},
		"another message for scopes": {
			faults: []emulator.Fault{{Method: "POST", Skip: 1, Do: emulator.JSONError(500, "", "internal server error")}},
			want:   rows{"POST with unknown scopes": {differs, `500 "internal server error"`}},
		},
		"gateway timeout for scopes": {
			faults: []emulator.Fault{{Method: "PUT", Skip: 1, Do: emulator.HTMLPage(http.StatusGatewayTimeout)}},
			want:   rows{"PUT with unknown scopes": {unclear, "504 <!DOCTYPE html>"}},
		},
		"empty list means Full Access": {
			configure: func(own, _ *emulator.Config) {
				own.EmptyScopesMeansFullAccess = true
				own.FullAccess = []string{"alerts.read", "mail.send"}
			},
			want: rows{"POST with an empty list of scopes": {differs, "201, a key with 2 scopes"}},
		},
		"PUT with an empty list accepted": {
			configure: func(own, _ *emulator.Config) { own.PutEmptyScopes = true },
			want:      rows{"PUT with an empty list of scopes": {differs, "200, after which the key has 2 scopes"}},
		},
		"PUT without scopes accepted": {
			configure: func(own, _ *emulator.Config) { own.PutWithoutScopes = true },
			want:      rows{"PUT without scopes": {differs, "200, after which the key has 5 scopes"}},
		},
		"billing mixed accepted": {
			configure: func(own, _ *emulator.Config) { own.MixedBilling = true },
			want:      rows{"POST with billing scopes and others": {differs, "201"}},
		},
		"credential without billing": {
			configure: func(own, _ *emulator.Config) {
				own.CredentialScopes = append([]string{"api_keys.create"}, ownScopes...)
			},
			want: rows{"POST with billing scopes and others": {unclear, "the credential does not hold billing.read"}},
		},

		"names trimmed": {
			configure: func(own, _ *emulator.Config) { own.NameRules.Trim = true },
			want: rows{
				"name with blanks at both ends":            {differs, `changed to "tf-probe-`},
				"name with blanks at both ends, when read": {differs, "trimmed"},
			},
		},
		"empty name accepted": {
			configure: func(own, _ *emulator.Config) { own.NameRules.AllowEmpty = true },
			want:      rows{"empty name": {differs, "200"}},
		},
		"names of ASCII": {
			configure: func(own, _ *emulator.Config) { own.NameRules.ASCII = true },
			want:      rows{"name with characters beyond ASCII": {differs, nameRejected}},
		},
		"names of 100 characters": {
			configure: func(own, _ *emulator.Config) { own.NameRules.MaxLength = 100 },
			want:      rows{"long name": {differs, "1000 not: " + nameRejected + ", 255 not: " + nameRejected + ", 100 characters accepted"}},
		},
		"names of 50 characters": {
			configure: func(own, _ *emulator.Config) { own.NameRules.MaxLength = 50 },
			want:      rows{"long name": {differs, "64 not: " + nameRejected}},
		},
		"names not checked": {
			faults: []emulator.Fault{{Method: "PATCH", Times: 4, Do: emulator.JSONError(403, "", "access forbidden")}},
			want: rows{
				"name with characters beyond ASCII": {unclear, "403"}, "name with blanks at both ends": {unclear, "403"},
				"long name": {unclear, "403"}, "empty name": {unclear, "403"},
				"name with blanks at both ends, when read": {unclear, "200"},
			},
		},
		"key not visible yet": {
			faults: []emulator.Fault{{Method: "PATCH", Do: emulator.JSONError(404, "", "unable to find API Key")}},
			want:   rows{"name with characters beyond ASCII": {unclear, "404"}},
		},

		"another message for a revoked key": {
			configure: func(own, _ *emulator.Config) { own.RevokedMessage = "expired, or revoked" },
			want:      rows{"request with a deleted key": {agrees, `401 "expired, or revoked"`}},
		},
		"403 for a revoked key": {
			faults: []emulator.Fault{{Method: "GET", Path: "/v3/api_keys", Skip: 8, Do: emulator.JSONError(403, "", "access forbidden")}},
			want:   rows{"request with a deleted key": {differs, "403"}},
		},
		"deletion lags": {
			configure: func(own, _ *emulator.Config) { own.Lag.Delete = time.Hour },
			want:      rows{"request with a deleted key": {unclear, "200"}},
		},
		"creation lags": {
			configure: func(own, _ *emulator.Config) { own.Lag.Create = 12 * time.Second },
		},

		"key cannot read itself": {
			configure: func(own, _ *emulator.Config) { own.SelfForbidden = []string{"GET"} },
			want: rows{
				"key reads itself":                         {differs, `403 "access forbidden"`},
				"name with blanks at both ends, when read": {unclear, "403"},
			},
		},
		"key cannot rename itself": {
			configure: func(own, _ *emulator.Config) { own.SelfForbidden = []string{"PATCH"} },
			want:      rows{"key renames itself": {differs, `403 "access forbidden"`}},
		},
		"key cannot change its scopes": {
			configure: func(own, _ *emulator.Config) { own.SelfForbidden = []string{"PUT"} },
			want:      rows{"key changes its own scopes": {differs, `403 "access forbidden"`}},
		},
		"key cannot delete itself": {
			configure: func(own, _ *emulator.Config) { own.SelfForbidden = []string{"DELETE"} },
			want:      rows{"key deletes itself": {differs, `403 "access forbidden"`}},
		},
		"key not in its list": {
			faults: []emulator.Fault{{Method: "GET", Path: "/v3/api_keys", Skip: 1, Do: emulator.ReplaceBody(`{"result":[]}`)}},
			want:   rows{"key lists itself": {differs, "is not in its own list"}},
		},

		"404 for an unknown subuser": {
			configure: func(own, _ *emulator.Config) { own.UnknownSubuserStatus = http.StatusNotFound },
			want:      rows{"on-behalf-of with an unknown subuser": {differs, "404"}},
		},
		"outage of subusers": {
			faults: []emulator.Fault{{Method: "GET", Path: "/v3/api_keys", Skip: 7, Do: emulator.HTMLPage(502)}},
			want:   rows{"on-behalf-of with an unknown subuser": {unclear, "502 <html>"}},
		},
		"same credentials in both regions": {
			configure: func(_, other *emulator.Config) { other.Credential = emulator.Credential },
			want:      rows{"credential in the other region": {differs, "200"}},
		},

		"invalid limit ignored": {
			configure: func(own, _ *emulator.Config) { own.IgnoreInvalidLimit = true },
			want: rows{
				"list with limit=0": {differs, "200"}, "list with a negative limit": {differs, "200"},
				"list with a limit that is no number": {differs, "200"},
			},
		},
		"offset ignored": {
			configure: func(own, _ *emulator.Config) { own.IgnoreOffset = true },
			want:      rows{"list with limit=1&offset=1": {differs, "the first key"}},
		},
		"limit ignored": {
			faults: []emulator.Fault{{Method: "GET", Path: "/v3/api_keys", Skip: 5, Do: emulator.ReplaceBody(`{"result":[]}`)}},
			want:   rows{"list with limit=1&offset=1": {differs, "limit=1 lists another number of keys"}},
		},
		"nothing at the offset": {
			faults: []emulator.Fault{{Method: "GET", Path: "/v3/api_keys", Skip: 6, Do: emulator.ReplaceBody(`{"result":[]}`)}},
			want:   rows{"list with limit=1&offset=1": {unclear, "no key"}},
		},

		"idle connections closed soon": {
			configure: func(own, other *emulator.Config) { own.IdleTimeout, other.IdleTimeout = 75*time.Second, 75*time.Second },
			want:      every("idle connection", row{differs, "for 1m15s"}),
		},
		"idle connections kept": {
			configure: func(own, other *emulator.Config) { own.IdleTimeout, other.IdleTimeout = 0, 0 },
			want:      every("idle connection", row{agrees, "for longer than 10m0s"}),
		},

		"limits per key": {
			configure: func(own, _ *emulator.Config) { own.RateLimits[1].PerKey = true },
			want:      rows{"who shares a rate limit": {differs, "594 remain for the credential, then 599 for another key"}},
		},
		"no rate limits": {
			configure: func(own, other *emulator.Config) { own.RateLimits, other.RateLimits = nil, nil },
			want: every("rate limit of", row{unclear, "no such headers"}).
				and("who shares a rate limit", row{unclear, "no rate limit headers"}),
		},
		"reset in seconds from now": {
			configure: func(own, other *emulator.Config) {
				for _, limits := range [][]emulator.RateLimit{own.RateLimits, other.RateLimits} {
					for i := range limits {
						limits[i].RelativeReset = true
					}
				}
			},
			want: every("rate limit of", row{differs, "sent in seconds from now"}),
		},
		"windows too short to compare": {
			configure: func(own, _ *emulator.Config) {
				own.Latency = time.Second
				own.RateLimits[1].Window = time.Second
			},
			want: rows{"who shares a rate limit": {unclear, "the limit was reset between two calls"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, tt.configure)
				a.Inject(tt.faults...)
				if err := a.prober.run(t.Context()); err != nil {
					t.Fatalf("%v\n%s", err, a.log)
				}
				if len(a.prober.table) != len(questions) {
					t.Fatalf("%d rows, want %d", len(a.prober.table), len(questions))
				}
				for i, f := range a.prober.table {
					want, ok := tt.want[f.question]
					if !ok {
						want.verdict = agrees
					}
					if f.question != questions[i] || f.verdict != want.verdict || !strings.Contains(f.observed, want.observed) {
						t.Errorf("row %d is %+v\nwant %q %+v", i, f, questions[i], want)
					}
				}
			})
		})
	}
}
