package sendgrid_test

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// exchange is a request to create a key and its scripted result.
type exchange struct {
	// takes is how long the exchange takes, a second by default.
	takes time.Duration
	// status is 201 by default.
	status int
	// err is set if there is no response.
	err error
	// Values of the rate limit headers, which are absent if empty. reset is in
	// seconds since the start of the test.
	limit, remaining string
	reset            int
	// ahead is how much the server's clock is ahead.
	ahead time.Duration
	// form is that of the reset.
	form resetForm
}

// run returns the result after the time that the exchange takes.
func (x exchange) run(start time.Time) (*http.Response, error) {
	time.Sleep(cmp.Or(x.takes, time.Second))
	if x.err != nil {
		return nil, x.err
	}
	h := http.Header{"Date": {time.Now().Add(x.ahead).UTC().Format(http.TimeFormat)}}
	if x.reset != 0 {
		reset := start.Add(time.Duration(x.reset) * time.Second)
		if x.form == fromNow {
			h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix()-time.Now().Unix(), 10))
		} else {
			h.Set("X-RateLimit-Reset", decimal(reset.Add(x.ahead)))
		}
	}
	for name, value := range map[string]string{"X-RateLimit-Limit": x.limit, "X-RateLimit-Remaining": x.remaining} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return &http.Response{
		StatusCode: cmp.Or(x.status, http.StatusCreated),
		Header:     h,
		Body:       io.NopCloser(strings.NewReader(createdKey)),
	}, nil
}

const createdKey = `{"api_key":"SG.` + id + `.secret","api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`

// createFour creates four keys at once with scripted results, and returns the second
// in which each request is sent.
func createFour(t *testing.T, form resetForm, script []exchange) (sent []int) {
	t.Helper()
	start := time.Now()
	var mu sync.Mutex
	o := options(sendgrid.GlobalURL)
	o.MaxRetries = 0
	c := connect(t, o)
	c.Send(func(*http.Request) (*http.Response, error) {
		mu.Lock()
		x := script[min(len(sent), len(script)-1)]
		x.form = form
		sent = append(sent, int(time.Since(start).Seconds()))
		mu.Unlock()
		return x.run(start)
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { _ = create(t.Context(), c, "") })
	}
	wg.Wait()
	return sent
}
