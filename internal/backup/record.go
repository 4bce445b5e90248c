package backup

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/beistand/beistand/internal/incident"
)

// firstLine opens a backup.
type firstLine struct {
	Format string `json:"format"`
	V      int    `json:"v"`
	Office string `json:"office"`
	Schema int    `json:"schema"`
	Day    string `json:"day"`
}

// A line is every line between the first and the last.
type line struct {
	C string          `json:"c"`
	D json.RawMessage `json:"d"`
}

// endLine closes a backup.
type endLine struct {
	C          string         `json:"c"`
	Counts     map[string]int `json:"counts"`
	SHA256     string         `json:"sha256"`
	Checkpoint string         `json:"checkpoint"`
}

// eventDoc is an event of a case or a line of the ledger.
type eventDoc struct {
	ID     string `json:"_id"`
	V      int    `json:"v,omitempty"`
	Kind   string `json:"kind"`
	Actor  string `json:"actor"`
	Day    string `json:"day"`
	State  string `json:"state"`
	Op     string `json:"op"`
	Public string `json:"public"`
	Box    []byte `json:"box,omitempty"`
	Prev   string `json:"prev"`
	Hash   string `json:"hash"`
}

// bytesDoc is a chunk, a key or a fact of the store.
type bytesDoc struct {
	ID string `json:"_id"`
	B  []byte `json:"b"`
}

func docOf(e incident.Event) eventDoc {
	return eventDoc{
		ID: string(e.ID), V: e.V, Kind: string(e.Kind), Actor: e.Actor, Day: e.Day, State: string(e.State),
		Op: e.Op.String(), Public: e.Public, Box: e.Box, Prev: e.Prev.String(), Hash: e.Hash.String(),
	}
}

// event reads a line's event and checks that its hash is its own.
func (d eventDoc) event() (incident.Event, error) {
	e := incident.Event{
		ID: incident.EventID(d.ID), V: d.V, Kind: incident.Kind(d.Kind), Actor: d.Actor, Day: d.Day,
		State: incident.State(d.State), Public: d.Public, Box: d.Box,
	}
	for _, field := range []struct {
		to   []byte
		from string
	}{{e.Op[:], d.Op}, {e.Prev[:], d.Prev}, {e.Hash[:], d.Hash}} {
		b, err := hex.DecodeString(field.from)
		if err != nil || len(b) != len(field.to) {
			return e, fmt.Errorf("reading an event: %w", ErrBackup)
		}
		copy(field.to, b)
	}
	if _, _, err := e.ID.Split(); err != nil || e.Hash != e.Sum() || len(e.Box) > incident.MaxBox {
		return e, fmt.Errorf("reading an event: %w", ErrBackup)
	}
	return e, nil
}
