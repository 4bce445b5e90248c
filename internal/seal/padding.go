package seal

import (
	"bytes"
	"crypto/hmac"
	"encoding/binary"
	"errors"
)

// A frame is u32(length of the JSON) ‖ JSON ‖ MAC of 32 bytes ‖ zeros, and as
// long as the smallest bucket that holds it. Reports start at 16 KiB, because
// the resident's key alone takes half of the small bucket and a report in Arabic
// or Cyrillic would then be told from one in German by its size.
const (
	frameSmall  = 4_096
	frameReport = 16_384
	frameLarge  = 65_536
	frameStep   = 262_144
	frameMax    = 3 * frameStep // a box of four steps would pass the 1 MiB of an event

	frameOverhead = 4 + 32
)

// ErrTooLarge says that an envelope does not fit the largest frame of 768 KiB.
var ErrTooLarge = errors.New("packing an envelope: too large")

// bucket returns the length of the frame for a JSON text of n bytes.
func bucket(kind string, n int) (int, error) {
	need := n + frameOverhead
	switch {
	case need <= frameSmall && kind != "report":
		return frameSmall, nil
	case need <= frameReport:
		return frameReport, nil
	case need <= frameLarge:
		return frameLarge, nil
	case need <= frameMax:
		return (need + frameStep - 1) / frameStep * frameStep, nil
	}
	return 0, ErrTooLarge
}

func frame(kind string, text []byte, key [32]byte) ([]byte, error) {
	size, err := bucket(kind, len(text))
	if err != nil {
		return nil, err
	}
	out := make([]byte, size)
	binary.BigEndian.PutUint32(out, uint32(len(text))) //nolint:gosec // at most 768 KiB, see bucket
	copy(out[4:], text)
	tag := mac(key, text)
	copy(out[4+len(text):], tag[:])
	return out, nil
}

// unframe returns the JSON text of a frame whose MAC is right, whose padding is
// all zeros and whose length is the bucket that its kind and text demand.
func unframe(kind string, framed []byte, key [32]byte) ([]byte, error) {
	if len(framed) < frameSmall {
		return nil, errors.New("short frame")
	}
	n := int(binary.BigEndian.Uint32(framed))
	if n > len(framed)-frameOverhead {
		return nil, errors.New("length beyond the frame")
	}
	if size, err := bucket(kind, n); err != nil || size != len(framed) {
		return nil, errors.New("wrong bucket")
	}
	text, tag, rest := framed[4:4+n], framed[4+n:4+n+32], framed[4+n+32:]
	want := mac(key, text)
	if !hmac.Equal(tag, want[:]) {
		return nil, errors.New("wrong mark")
	}
	if len(bytes.Trim(rest, "\x00")) != 0 {
		return nil, errors.New("padding is not empty")
	}
	return text, nil
}
