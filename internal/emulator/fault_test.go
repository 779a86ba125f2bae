package emulator_test

import (
	"net/http"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestFaultSelectsRequests(t *testing.T) {
	t.Parallel()
	page := emulator.HTMLPage
	requests := []string{
		"POST /v3/api_keys", "GET /v3/api_keys", "GET /v3/api_keys", "GET /v3/api_keys/x",
		"DELETE /v3/api_keys/x", "GET /v3/scopes", "GET /elsewhere",
	}
	for name, tt := range map[string]struct {
		faults []emulator.Fault
		want   []int
	}{
		"none":           {nil, []int{400, 200, 200, 404, 404, 200, 404}},
		"the next":       {[]emulator.Fault{{Do: page(502)}}, []int{502, 200, 200, 404, 404, 200, 404}},
		"all":            {[]emulator.Fault{{Do: page(502), Times: -1}}, []int{502, 502, 502, 502, 502, 502, 502}},
		"two":            {[]emulator.Fault{{Do: page(502), Times: 2}}, []int{502, 502, 200, 404, 404, 200, 404}},
		"skip":           {[]emulator.Fault{{Do: page(502), Skip: 3}}, []int{400, 200, 200, 502, 404, 200, 404}},
		"skip, all":      {[]emulator.Fault{{Do: page(502), Skip: 5, Times: -1}}, []int{400, 200, 200, 404, 404, 502, 502}},
		"method":         {[]emulator.Fault{{Method: "GET", Do: page(502), Times: 2}}, []int{400, 502, 502, 404, 404, 200, 404}},
		"path":           {[]emulator.Fault{{Path: "/v3/api_keys", Do: page(502), Times: -1}}, []int{502, 502, 502, 404, 404, 200, 404}},
		"pattern":        {[]emulator.Fault{{Path: "/v3/api_keys/{id}", Do: page(502), Times: -1}}, []int{400, 200, 200, 502, 502, 200, 404}},
		"method, path":   {[]emulator.Fault{{Method: "DELETE", Path: "/v3/api_keys/x", Do: page(502), Times: -1}}, []int{400, 200, 200, 404, 502, 200, 404}},
		"one by one":     {[]emulator.Fault{{Do: page(502)}, {Do: page(503)}}, []int{502, 503, 200, 404, 404, 200, 404}},
		"first matches":  {[]emulator.Fault{{Method: "GET", Do: page(502)}, {Do: page(503), Times: -1}}, []int{503, 502, 503, 503, 503, 503, 503}},
		"skip of second": {[]emulator.Fault{{Do: page(502)}, {Do: page(503), Skip: 1}}, []int{502, 200, 503, 404, 404, 200, 404}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(tt.faults...)
			for i, request := range requests {
				if got := clientOf(s).do(t, request, "").status; got != tt.want[i] {
					t.Errorf("%d: %s: got %d, want %d", i, request, got, tt.want[i])
				}
			}
			s.ClearFaults()
			if got := clientOf(s).do(t, "GET /v3/scopes", "").status; got != http.StatusOK {
				t.Errorf("after ClearFaults: %d", got)
			}
		})
	}
}

func TestFaultWithoutBehavior(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	start(t, emulator.Config{}).Inject(emulator.Fault{})
}
