package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// options are what the flags ask for.
type options struct {
	config emulator.Config
	faults []emulator.Fault
}

// parse parses the flags. It prints errors and, on request, a description of the
// flags to stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	cfg := &o.config
	flags := flag.NewFlagSet("sendgrid-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)

	flags.StringVar(&cfg.Addr, "addr", "127.0.0.1:0", "loopback `address` to listen on; port 0 is any free port")
	flags.DurationVar(&cfg.Latency, "latency", 0, "`duration` by which every response is delayed, such as 80ms")
	flags.Func("lag", "`duration` until a new, changed or deleted key is seen by reads, such as 2s", func(s string) error {
		lag, err := time.ParseDuration(s)
		cfg.Lag = emulator.Lag{Create: lag, Update: lag, Delete: lag}
		return err
	})

	flags.Func("subuser", "`username` of a subuser; can be repeated", func(s string) error {
		cfg.Subusers = append(cfg.Subusers, s)
		return nil
	})
	flags.IntVar(&cfg.AccountLimit, "key-limit", 100, "`number` of keys that an account can hold; -1 is any number")
	scopes(flags, &cfg.CredentialScopes, "credential-scopes", "`scopes` that the credential holds (default all)")
	scopes(flags, &cfg.AutoAssigned, "auto-assigned", "`scopes` that SendGrid adds to every key; empty is none (default sender_verification_eligible,2fa_required)")
	scopes(flags, &cfg.Unavailable, "unavailable", "`scopes` that the account lacks")

	flags.Func("rate", "`limit` on a route, such as 3/2s, which is on creating keys, or \"GET /v3/scopes 5/1m\"; can be repeated (default no limit)", func(s string) error {
		limit, err := parseRateLimit(s)
		cfg.RateLimits = append(cfg.RateLimits, limit)
		return err
	})
	flags.Func("fault", "`fault` of a route, such as \"POST /v3/api_keys after-reset\", see README.md; can be repeated", func(s string) error {
		fault, err := parseFault(s)
		o.faults = append(o.faults, fault)
		return err
	})

	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if cfg.AccountLimit == 0 {
		return options{}, errors.New("-key-limit must not be 0")
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// scopes defines a flag with names of scopes, separated by commas.
func scopes(flags *flag.FlagSet, into *[]string, name, usage string) {
	flags.Func(name, usage, func(s string) error {
		*into = strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
		return nil
	})
}

// parseRateLimit parses "3/2s" or "GET /v3/scopes 5/1m".
func parseRateLimit(s string) (emulator.RateLimit, error) {
	method, path, rate := http.MethodPost, "/v3/api_keys", s
	if words := strings.Fields(s); len(words) == 3 {
		method, path, rate = words[0], words[1], words[2]
	}
	requests, window, _ := strings.Cut(rate, "/")
	n, err := strconv.Atoi(requests)
	if err != nil || n < 1 {
		return emulator.RateLimit{}, fmt.Errorf("%q is not a number of requests", requests)
	}
	d, err := time.ParseDuration(window)
	if err != nil || d <= 0 {
		return emulator.RateLimit{}, fmt.Errorf("%q is not a window such as 2s", window)
	}
	return emulator.RateLimit{Method: method, Path: path, Requests: n, Window: d}, checkRoute(method, path)
}

// parseFault parses "METHOD PATH BEHAVIOR", followed by "times=N" and "skip=N" if
// needed.
func parseFault(s string) (emulator.Fault, error) {
	words := strings.Fields(s)
	if len(words) < 3 {
		return emulator.Fault{}, fmt.Errorf("want a method, a path and a behavior, not %q", s)
	}
	do, err := parseBehavior(words[2])
	if err != nil {
		return emulator.Fault{}, err
	}
	f := emulator.Fault{Method: words[0], Path: words[1], Do: do}
	for _, option := range words[3:] {
		name, value, _ := strings.Cut(option, "=")
		n, err := strconv.Atoi(value)
		switch {
		case err == nil && name == "times":
			f.Times = n
		case err == nil && name == "skip":
			f.Skip = n
		default:
			return emulator.Fault{}, fmt.Errorf("unknown option %q: want times=N or skip=N", option)
		}
	}
	return f, checkRoute(f.Method, f.Path)
}

// parseBehavior parses what a fault does. The prefix "after-" lets the request take
// effect first.
func parseBehavior(s string) (emulator.Behavior, error) {
	switch s {
	case "cut":
		return emulator.CutBody, nil
	case "empty":
		return emulator.EmptyBody, nil
	}
	name, after := strings.CutPrefix(s, "after-")
	var do emulator.Behavior
	status, err := strconv.Atoi(strings.TrimPrefix(name, "page-"))
	switch {
	case name == "reset":
		do = emulator.ResetBefore
	case name == "hang":
		do = emulator.Hang
	case err != nil || status < 400 || status > 599:
		return nil, fmt.Errorf("unknown behavior %q", s)
	case strings.HasPrefix(name, "page-"):
		do = emulator.HTMLPage(status)
	default:
		do = emulator.JSONError(status, "", strings.ToLower(http.StatusText(status)))
	}
	if after {
		do = emulator.After(do)
	}
	return do, nil
}

// checkRoute returns an error if SendGrid's API for API keys has no such route. A
// limit or a fault on it would never apply.
func checkRoute(method, path string) error {
	if routes := emulator.Routes(); !slices.Contains(routes, method+" "+path) {
		return fmt.Errorf("%s %s is not a route of the emulator, which has %s", method, path, strings.Join(routes, ", "))
	}
	return nil
}
