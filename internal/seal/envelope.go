package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// Version is the version of the envelope that this package writes and reads.
const Version = 1

// An Envelope is what lies inside a box: one act of a resident or a member,
// bound to its case, kind and act. Age files have no associated data, so this
// binding is what makes a box worthless in another place.
type Envelope struct {
	// V is the version. Seal writes [Version] whatever stands here.
	V int
	// Case is the case id, 32 letters of lower-case hexadecimal.
	Case string
	// Kind is the kind of the event, "report", "message", "answer" and so on.
	Kind string
	// Op is the id of the act, 16 bytes in lower-case hexadecimal, equal to the
	// op of the event.
	Op string
	// Seen is the op of the newest mailbox event that the author had before
	// them; empty in a report and in kinds that only the office reads.
	Seen string
	// By is "browser" or "server" for a resident, "office" in an answer, the
	// member id elsewhere.
	By string
	// At is the day by the sender's clock, for example "2026-11-22".
	At string
	// Body is the kind's own JSON object.
	Body json.RawMessage
}

// envelopeJSON fixes names and order of the outer object.
type envelopeJSON struct {
	V    int             `json:"v"`
	Case string          `json:"case"`
	Kind string          `json:"kind"`
	Op   string          `json:"op"`
	Seen string          `json:"seen"`
	By   string          `json:"by"`
	At   string          `json:"at"`
	Body json.RawMessage `json:"body"`
}

var (
	id16    = regexp.MustCompile(`^[0-9a-f]{32}$`)
	kindful = regexp.MustCompile(`^[a-z]{1,32}$`)
	dayful  = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// Seal packs an envelope, marks it with the MAC key of its kind, pads it to the
// next bucket and seals it to all recipients. The size of the result depends on
// the bucket and the number of recipients only.
func Seal(e Envelope, mac [32]byte, to ...Recipient) ([]byte, error) {
	text, err := e.encode()
	if err != nil {
		return nil, err
	}
	framed, err := frame(e.Kind, text, mac)
	if err != nil {
		return nil, err
	}
	defer clear(framed)
	defer clear(text)
	return encrypt(framed, to)
}

// encode writes the JSON once; there is no canonical form, readers check the
// bytes as they stand.
func (e Envelope) encode() ([]byte, error) {
	switch {
	case !id16.MatchString(e.Case):
		return nil, errors.New("packing an envelope: malformed case id")
	case !kindful.MatchString(e.Kind):
		return nil, errors.New("packing an envelope: malformed kind")
	case !id16.MatchString(e.Op):
		return nil, errors.New("packing an envelope: malformed op")
	case e.Seen != "" && !id16.MatchString(e.Seen):
		return nil, errors.New("packing an envelope: malformed seen")
	case e.By == "" || !dayful.MatchString(e.At):
		return nil, errors.New("packing an envelope: malformed by or at")
	case !isObject(e.Body) || !utf8.Valid(e.Body):
		return nil, errors.New("packing an envelope: body is no JSON object")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(envelopeJSON{
		V: Version, Case: e.Case, Kind: e.Kind, Op: e.Op,
		Seen: e.Seen, By: e.By, At: e.At, Body: e.Body,
	}); err != nil {
		return nil, errors.New("packing an envelope: body is not valid JSON")
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// decodeEnvelope reads the outer object strictly: exact names, each exactly
// once, nothing behind it. Go's own decoder would also take CASE for case.
func decodeEnvelope(text []byte) (Envelope, error) {
	if !utf8.Valid(text) {
		return Envelope{}, errors.New("invalid UTF-8")
	}
	fields, err := outerFields(text)
	if err != nil {
		return Envelope{}, err
	}
	var e Envelope
	var v float64
	targets := map[string]any{
		"v": &v, "case": &e.Case, "kind": &e.Kind, "op": &e.Op,
		"seen": &e.Seen, "by": &e.By, "at": &e.At, "body": &e.Body,
	}
	if len(fields) != len(targets) {
		return Envelope{}, errors.New("missing field")
	}
	for name, raw := range fields {
		target, known := targets[name]
		if !known || bytes.Equal(raw, []byte("null")) {
			return Envelope{}, errors.New("unknown or empty field")
		}
		if err := json.Unmarshal(raw, target); err != nil {
			return Envelope{}, fmt.Errorf("field %s: wrong type", name)
		}
	}
	if v != Version || !isObject(e.Body) {
		return Envelope{}, errors.New("unknown version, or body is no object")
	}
	e.V = Version
	return e, nil
}

// outerFields splits one JSON object into its members.
func outerFields(text []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, errors.New("malformed")
		}
		name, ok := t.(string)
		if _, twice := fields[name]; !ok || twice {
			return nil, errors.New("field twice")
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, errors.New("malformed")
		}
		fields[name] = raw
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("malformed")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("bytes behind the object")
	}
	return fields, nil
}

func isObject(raw []byte) bool {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	return len(raw) > 0 && raw[0] == '{'
}
