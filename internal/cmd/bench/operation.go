package main

import (
	"strings"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// kind is what a request is for.
type kind string

const (
	create  kind = "create"
	read    kind = "read"
	rescope kind = "re-scope"
	rename  kind = "rename"
	revoke  kind = "delete"
	list    kind = "list"
	scopes  kind = "scopes"
	other   kind = "other"
)

// kinds are all of them, in the order in which they are printed.
func kinds() []kind {
	return []kind{scopes, list, create, read, rescope, rename, revoke, other}
}

// kindOf returns what a request is for.
func kindOf(r emulator.Request) kind {
	path := strings.TrimPrefix(r.Path, "/v3/")
	of, _, single := strings.Cut(path, "/")
	switch {
	case r.Method == "GET" && path == "scopes":
		return scopes
	case of != "api_keys":
		return other
	case r.Method == "GET" && single:
		return read
	case r.Method == "GET":
		return list
	case r.Method == "POST" && !single:
		return create
	case r.Method == "PUT" && single:
		return rescope
	case r.Method == "PATCH" && single:
		return rename
	case r.Method == "DELETE" && single:
		return revoke
	default:
		return other
	}
}

// traffic is what one command of a CLI, and so one provider process, has to ask
// SendGrid.
type traffic struct {
	// once are the requests that do not depend on the number of keys. Others
	// have to wait for each of them.
	once []kind
	// each is the request for every key, empty for none.
	each kind
	// careful is whether the first of them goes alone, to learn of a limit.
	careful bool
}

// requests returns how many of each kind n keys need.
func (t traffic) requests(n int) map[kind]int {
	need := map[kind]int{}
	for _, k := range t.once {
		need[k]++
	}
	if t.each != "" {
		need[t.each] += n
	}
	return need
}

// roundTrips returns how many round trips have to follow one another when workers
// share n keys.
func (t traffic) roundTrips(n, workers int) int {
	trips := len(t.once)
	if t.careful {
		trips++
	}
	if t.each != "" {
		trips += (n + workers - 1) / workers
	}
	return trips
}

// bound returns the time for which nothing but the network can be waited.
func (t traffic) bound(net network, n, workers int) time.Duration {
	trips := t.roundTrips(n, workers)
	if trips == 0 {
		return 0
	}
	return net.connect + time.Duration(trips)*net.latency
}

// operation is something that users do: a plan, and its apply.
type operation struct {
	name string
	// part selects it on the command line.
	part string
	// args of the plan, beside those that every plan has.
	args []string
	// empty is whether the plan has to be empty, so that there is nothing to apply.
	empty       bool
	plan, apply traffic
}

// bound returns the time for which nothing but the network can be waited.
func (o operation) bound(net network, n, workers int) time.Duration {
	return o.plan.bound(net, n, workers) + o.apply.bound(net, n, workers)
}

// requests returns how many requests of each kind n keys need.
func (o operation) requests(n int) map[kind]int {
	need := o.plan.requests(n)
	for k, count := range o.apply.requests(n) {
		need[k] += count
	}
	return need
}

// creation is what every series of operations begins with.
func creation() operation {
	return operation{
		name:  "create",
		part:  "create",
		plan:  traffic{once: []kind{scopes}},
		apply: traffic{once: []kind{scopes, list}, each: create, careful: true},
	}
}

// lifeOfKeys is what can be done with keys that were made, in order. The values of
// one operation stay as they are in the next.
func lifeOfKeys() []operation {
	return []operation{
		creation(),
		{
			name:  "empty plan",
			part:  "plan",
			empty: true,
			plan:  traffic{each: read},
		},
		{
			name:  "re-scope all",
			part:  "rescope",
			args:  []string{rescoped},
			plan:  traffic{once: []kind{scopes}, each: read},
			apply: traffic{once: []kind{scopes}, each: rescope},
		},
		{
			name:  "rename all",
			part:  "rename",
			args:  []string{rescoped, renamed},
			plan:  traffic{each: read},
			apply: traffic{each: rename},
		},
		{
			name: "import all",
			part: "import",
			args: []string{rescoped, renamed},
			plan: traffic{each: read},
		},
		{
			name:  "destroy",
			part:  "destroy",
			args:  []string{rescoped, renamed, "-destroy"},
			plan:  traffic{each: read},
			apply: traffic{each: revoke},
		},
	}
}

// What the operations set the variables of the configuration to.
const (
	rescoped = `-var=scopes=["alerts.read","mail.send","stats.read","templates.read"]`
	renamed  = "-var=prefix=renamed"
)
