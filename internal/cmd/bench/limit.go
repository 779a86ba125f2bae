package main

import (
	"net/http"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// limitCase is a rate limit of making keys, and what is expected under it.
type limitCase struct {
	name     string
	requests int
	window   time.Duration
	// rejected and ratio are the most that is accepted.
	rejected int
	ratio    float64
}

// limitCases are what users report of SendGrid.
func limitCases() []limitCase {
	return []limitCase{
		{name: "create, 3 per 2 s", requests: 3, window: 2 * time.Second, rejected: 3, ratio: 1.2},
		{name: "create, 1 per 3 s", requests: 1, window: 3 * time.Second, rejected: 2, ratio: 1.1},
	}
}

func (c limitCase) rateLimit() emulator.RateLimit {
	return emulator.RateLimit{Method: http.MethodPost, Path: "/v3/api_keys", Requests: c.requests, Window: c.window}
}

// bound returns how long after begin the window opens that lets the last of n
// requests through, when the first came at first. Windows begin at multiples of
// their length, and their end is told in whole seconds, rounded up.
func (c limitCase) bound(begin, first time.Time, n int) time.Duration {
	windows := (n + c.requests - 1) / c.requests
	opens := first.Truncate(c.window).Add(time.Duration(windows-1) * c.window)
	return opens.Add(time.Second - 1).Truncate(time.Second).Sub(begin)
}
