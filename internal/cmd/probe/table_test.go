package main

import "strings"

// questions are those of the table, in order.
var questions = []string{
	"HTTP version",
	"name with characters beyond ASCII",
	"long name",
	"empty name",
	"name with blanks at both ends",
	"who shares a rate limit",
	"key lists itself",
	"key reads itself",
	"name with blanks at both ends, when read",
	"key renames itself",
	"key changes its own scopes",
	"POST with unknown scopes",
	"PUT with unknown scopes",
	"POST with an empty list of scopes",
	"PUT with an empty list of scopes",
	"PUT without scopes",
	"POST with billing scopes and others",
	"list with limit=0",
	"list with a negative limit",
	"list with a limit that is no number",
	"list with limit=1&offset=1",
	"on-behalf-of with an unknown subuser",
	"credential in the other region",
	"HTTP version of the other region",
	"key deletes itself",
	"request with a deleted key",
	"idle connection to 127.0.0.1:80 stays open",
	"idle connection to 127.0.0.2:80 stays open",
	"rate limit of DELETE /v3/api_keys/{id}",
	"rate limit of GET /v3/api_keys",
	"rate limit of GET /v3/api_keys/{id}",
	"rate limit of GET /v3/scopes",
	"rate limit of GET /v3/scopes of the other region",
	"rate limit of PATCH /v3/api_keys/{id}",
	"rate limit of POST /v3/api_keys",
	"rate limit of PUT /v3/api_keys/{id}",
}

// row is what is expected of a row. The text is a part of what was observed.
type row struct {
	verdict  verdict
	observed string
}

// rows are rows by question.
type rows map[string]row

// every returns the same row for all questions with the prefix.
func every(prefix string, same row) rows {
	all := rows{}
	for _, question := range questions {
		if strings.HasPrefix(question, prefix) {
			all[question] = same
		}
	}
	return all
}

func (r rows) and(question string, other row) rows {
	r[question] = other
	return r
}
