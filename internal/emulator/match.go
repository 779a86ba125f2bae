package emulator

import (
	"net/http"
	"strings"
)

// matcher returns a function that reports whether a request has the method and
// the path, both as in a pattern of http.ServeMux. Empty matches every request.
func matcher(method, path string) func(*http.Request) bool {
	if path == "" {
		path = "/"
	}
	mux := http.NewServeMux()
	mux.Handle(strings.TrimSpace(method+" "+path), http.NotFoundHandler())
	return func(r *http.Request) bool {
		_, pattern := mux.Handler(r)
		return pattern != ""
	}
}
