package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// maxPage is the default and the maximum of limit.
const maxPage = 500

// listKeys handles GET /v3/api_keys, which returns ids and names, not scopes.
// If there are more keys than limit, the response has a Link header, as
// SendGrid documents for the whole Web API. It is assumed that this applies to
// keys, and that offset works.
func (b *backend) listKeys(c caller, r *http.Request) Response {
	limit, ok := queryInt(r, "limit", maxPage)
	offset, ok2 := queryInt(r, "offset", 0)
	if !ok || !ok2 || limit == 0 {
		if !b.cfg.IgnoreInvalidLimit {
			return errorResponse(http.StatusBadRequest, "limit", "invalid limit or offset")
		}
		limit = cmp.Or(limit, maxPage)
	}
	if b.cfg.IgnoreOffset {
		offset = 0
	}
	limit = min(limit, maxPage)
	keys := b.store.visibleKeys(c.account, b.cfg.Now())
	result := []keyJSON{}
	for _, k := range keys[min(offset, len(keys)):min(offset+limit, len(keys))] {
		result = append(result, keyJSON{ID: k.ID, Name: k.Name})
	}
	resp := jsonResponse(http.StatusOK, listJSON{result})
	if len(keys) > limit {
		resp.Header.Set("Link", linkHeader(b.url+r.URL.Path, limit, offset, len(keys)))
	}
	return resp
}

// queryInt returns a query parameter, and reports whether it is absent or a
// non-negative integer. If it is neither, the number is the default.
func queryInt(r *http.Request, name string, byDefault int) (int, bool) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return byDefault, true
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return byDefault, false
	}
	return int(n), true
}

// linkHeader returns the Link header of a page in the documented format. The
// last page has no next one.
func linkHeader(url string, limit, offset, total int) string {
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
