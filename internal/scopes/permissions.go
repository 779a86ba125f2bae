package scopes

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The levels of a permission group. The console calls them Read Access and Full
// Access; No Access is a group that is left out.
const (
	levelRead = "read"
	levelFull = "full"
)

// Permissions returns the scopes that the console selects for permission groups,
// given as a map from group key to level. It returns an error for an unknown
// group or level, and for billing together with any other group.
func (c *Catalog) Permissions(levels map[string]string) (Set, error) {
	var granted Set
	// Sorted, so that several mistakes always yield the same error.
	for _, key := range slices.Sorted(maps.Keys(levels)) {
		group, known := c.group(key)
		if !known {
			return nil, fmt.Errorf("there is no permission group %q; the closest match is %q", key, Nearest(key, c.groupKeys()))
		}
		scopes, err := group.grants(levels[key])
		if err != nil {
			return nil, err
		}
		granted = granted.Union(scopes)
	}
	if billing := granted.Intersect(c.Billing); len(billing) > 0 && len(billing) < len(granted) {
		return nil, errors.New("billing cannot be combined with other permission groups: " +
			"an API key holds either billing scopes or other scopes, so create two keys")
	}
	return granted, nil
}

func (c *Catalog) group(key string) (Group, bool) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.Key == key })
	if i < 0 {
		return Group{}, false
	}
	return c.Groups[i], true
}

func (c *Catalog) groupKeys() []string {
	keys := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		keys[i] = g.Key
	}
	return keys
}

// grants returns the scopes that a level of the group grants.
func (g Group) grants(level string) (Set, error) {
	switch {
	case level == levelFull:
		return NewSet(g.Full...), nil
	case level == levelRead && len(g.Read) > 0:
		return NewSet(g.Read...), nil
	case len(g.Read) > 0:
		return nil, fmt.Errorf("permission group %q has no level %q, only %q and %q", g.Key, level, levelRead, levelFull)
	default:
		return nil, fmt.Errorf("permission group %q has no level %q, only %q", g.Key, level, levelFull)
	}
}
