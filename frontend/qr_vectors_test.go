package frontend

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// TestQRVectors holds the server's pictures to the file that the browser's are
// held to (src/shared/qr.test.ts).
func TestQRVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/qr.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Digits string   `json:"digits"`
		Rows   []string `json:"rows"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		code, err := matrix(v.Digits)
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for y := range modules {
			var row []byte
			for x := range modules {
				if code.Black(x, y) {
					row = append(row, '#')
				} else {
					row = append(row, '.')
				}
			}
			rows = append(rows, string(row))
		}
		if !slices.Equal(rows, v.Rows) {
			got, _ := json.Marshal(rows)
			t.Errorf("%s: got %s", v.Digits, got)
		}
	}
}
