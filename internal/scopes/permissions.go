package scopes

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Levels of a permission group, as the console has them besides "No Access".
const (
	LevelRead = "read"
	LevelFull = "full"
)

// Permissions returns the scopes that the console would tick for permission
// groups and levels, by the group's key. It fails on a group or level that does
// not exist, and on billing beside any other group.
func (c *Catalogue) Permissions(levels map[string]string) (Set, error) {
	var granted Set
	// In order, so that of several mistakes it is always the same that is told.
	for _, key := range slices.Sorted(maps.Keys(levels)) {
		group, known := c.group(key)
		if !known {
			return nil, fmt.Errorf("there is no permission group %q; the nearest is %q", key, Nearest(key, c.groupKeys()))
		}
		scopes, err := group.level(levels[key])
		if err != nil {
			return nil, err
		}
		granted = granted.Union(scopes)
	}
	if billing := granted.Intersect(c.Billing); len(billing) > 0 && len(billing) < len(granted) {
		return nil, errors.New("billing excludes all other groups: a SendGrid key holds either billing scopes or others, so make two keys")
	}
	return granted, nil
}

func (c *Catalogue) group(key string) (Group, bool) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.Key == key })
	if i < 0 {
		return Group{}, false
	}
	return c.Groups[i], true
}

func (c *Catalogue) groupKeys() []string {
	keys := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		keys[i] = g.Key
	}
	return keys
}

// level returns what a level of the group grants.
func (g Group) level(level string) (Set, error) {
	granted := map[string][]string{LevelRead: g.Read, LevelFull: g.Full}
	if _, known := granted[level]; !known {
		return nil, fmt.Errorf("permission group %q has no level %q; the nearest is %q", g.Key, level, Nearest(level, g.Levels()))
	}
	if len(granted[level]) == 0 {
		return nil, fmt.Errorf("permission group %q has no level %q, only %q", g.Key, level, strings.Join(g.Levels(), ", "))
	}
	return NewSet(granted[level]...), nil
}

// Levels returns the levels of the group that grant anything.
func (g Group) Levels() []string {
	var levels []string
	if len(g.Read) > 0 {
		levels = append(levels, LevelRead)
	}
	return append(levels, LevelFull)
}
