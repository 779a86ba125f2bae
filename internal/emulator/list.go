package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// maxPage is how many items SendGrid lists at most, and by default.
const maxPage = 500

// listKeys answers GET /v3/api_keys: ids and names, without scopes. More keys
// than the limit asked for, or than SendGrid lists at once, come in batches with
// a Link header, as its documentation says of the whole Web API. That holds true
// of keys, and that offset works, is assumed.
func (s *Server) listKeys(c caller, r *http.Request) Answer {
	limit, ok := number(r, "limit", maxPage)
	offset, ok2 := number(r, "offset", 0)
	if !ok || !ok2 || limit == 0 {
		return failure(http.StatusBadRequest, "limit", "invalid limit or offset")
	}
	limit = min(limit, maxPage)
	keys := s.store.visible(c.account, s.cfg.Now())
	result := []keyJSON{}
	for _, k := range keys[min(offset, len(keys)):min(offset+limit, len(keys))] {
		result = append(result, keyJSON{ID: k.ID, Name: k.Name})
	}
	a := jsonAnswer(http.StatusOK, struct {
		Result []keyJSON `json:"result"`
	}{result})
	if len(keys) > limit {
		a.Header.Set("Link", links(s.url+r.URL.Path, limit, offset, len(keys)))
	}
	return a
}

// number returns a query parameter that must not be negative.
func number(r *http.Request, name string, byDefault int) (int, bool) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return byDefault, true
	}
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil
}

// links returns the Link header of a batch, in the form of SendGrid's
// documentation. There is no next after the last batch.
func links(url string, limit, offset, total int) string {
	var links []string
	add := func(rel string, offset int) {
		links = append(links, fmt.Sprintf(`<%s?limit=%d&offset=%d>; rel="%s"; title="%d"`,
			url, limit, offset, rel, offset/limit+1))
	}
	if next := offset + limit; next < total {
		add("next", next)
	}
	add("prev", max(offset-limit, 0))
	add("last", (total-1)/limit*limit)
	add("first", 0)
	return strings.Join(links, ", ")
}
