package frontend

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"strings"
	"testing"
)

// TestQR reads the pictures back: format, mask and digits, module by module, by
// the rules of a version 1 code, which another program's reader follows too.
func TestQR(t *testing.T) {
	for _, digits := range []string{
		"58151125121711811900141244584569",
		"00000000000000000000000000000098",
		strings.Repeat("9", 32),
		"12345678901234567890123456789012",
	} {
		url, err := qrURL(digits)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(url), "data:image/png;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > 1000 {
			t.Errorf("picture: got %d bytes, want at most 1000", len(raw))
		}
		if got := readQR(t, raw); got != digits {
			t.Errorf("got %q, want %q", got, digits)
		}
	}
}

func TestQRRefuses(t *testing.T) {
	for _, text := range []string{"", "1234", strings.Repeat("x", 32), strings.Repeat("1", 33)} {
		if _, err := qrURL(text); err == nil {
			t.Errorf("%q was drawn", text)
		}
	}
}

// readQR samples the middle of each module and decodes a version 1-M numeric
// code with mask 0. It does not correct errors; there are none.
func readQR(t *testing.T, raw []byte) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	black := func(x, y int) bool {
		r, _, _, _ := picture.At((x+quiet)*pixel+pixel/2, (y+quiet)*pixel+pixel/2).RGBA()
		return r == 0
	}
	for x := -quiet; x < modules+quiet; x++ {
		if black(x, -1) || black(x, modules) {
			t.Fatal("the white border is not white")
		}
	}
	format := 0
	for _, at := range [...][2]int{{0, 8}, {1, 8}, {2, 8}, {3, 8}, {4, 8}, {5, 8}, {7, 8}, {8, 8}, {8, 7}, {8, 5}, {8, 4}, {8, 3}, {8, 2}, {8, 1}, {8, 0}} {
		format = format<<1 | bit(black(at[0], at[1]))
	}
	if level := (format ^ 0x5412) >> 10; level != 0 {
		t.Fatalf("format: got level and mask %05b, want M and mask 0", level)
	}
	bits := dataBits(black)
	take := func(n int) int {
		v := 0
		for _, b := range bits[:n] {
			v = v<<1 | b
		}
		bits = bits[n:]
		return v
	}
	if mode := take(4); mode != 1 {
		t.Fatalf("mode: got %d, want numeric", mode)
	}
	var digits []byte
	for left := take(10); left > 0; {
		n := min(left, 3)
		v := take([...]int{0, 4, 7, 10}[n])
		for i := n - 1; i >= 0; i-- {
			digits = append(digits, byte('0'+v/[...]int{1, 10, 100}[i]%10))
		}
		left -= n
	}
	return string(digits)
}

func bit(black bool) int {
	if black {
		return 1
	}
	return 0
}

// dataBits walks the modules from the lower right corner, in pairs of columns up
// and down, without the patterns that every code has.
func dataBits(black func(x, y int) bool) []int {
	fixed := func(x, y int) bool {
		return x == 6 || y == 6 || y < 9 && (x < 9 || x > 12) || x < 9 && y > 12
	}
	var bits []int
	up := true
	for right := modules - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range modules {
			y := i
			if up {
				y = modules - 1 - i
			}
			for _, x := range [...]int{right, right - 1} {
				if !fixed(x, y) {
					bits = append(bits, bit(black(x, y) != ((x+y)%2 == 0)))
				}
			}
		}
		up = !up
	}
	return bits
}
