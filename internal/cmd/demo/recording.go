package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Columns and rows of a recording.
const (
	columns = 100
	rows    = 30
)

// save writes a recording of the demo in asciicast format, version 2:
// https://docs.asciinema.org/manual/asciicast/v2. It is the same for each run,
// because its timings are fixed and the ids of keys are replaced.
func (s *screen) save(name string) error {
	var recording bytes.Buffer
	write := json.NewEncoder(&recording)
	write.SetEscapeHTML(false)
	err := write.Encode(map[string]any{"version": 2, "width": columns, "height": rows})
	at := 0.0
	// The end stays in view for a while before a player begins again.
	for _, e := range append(slices.Clone(s.shown), event{pause: 6}) {
		at += e.pause
		text := strings.ReplaceAll(e.text, "\n", "\r\n")
		for _, id := range s.random {
			text = strings.ReplaceAll(text, id, anID)
		}
		err = errors.Join(err, write.Encode([]any{json.Number(strconv.FormatFloat(at, 'f', 1, 64)), "o", text}))
	}
	return errors.Join(err, os.WriteFile(name, recording.Bytes(), 0o600))
}

// anID stands for the id of any key.
const anID = "Xq3vT0aZ_kWn5LhR8yPdGw"
