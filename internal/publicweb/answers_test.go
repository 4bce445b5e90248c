package publicweb

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// TestAnswers holds the server's reading of a form to the same file as the
// script's (frontend/src/form/answers.ts): sealed in the browser or on arrival,
// the same answers are the same report.
func TestAnswers(t *testing.T) {
	raw, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Forms []struct {
			Note   string          `json:"note"`
			Lang   string          `json:"lang"`
			Fields intake.Form     `json:"fields"`
			Report json.RawMessage `json:"report"`
			Track  incident.Track  `json:"track"`
		} `json:"forms"`
		Texts []struct {
			In  string `json:"in"`
			Out string `json:"out"`
		} `json:"texts"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	for _, f := range file.Forms {
		r := reportOf(f.Fields, f.Lang, 1)
		r.Text = incident.CleanText(r.Text)
		r = r.Settle()
		got, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, f.Report); err != nil {
			t.Fatal(err)
		}
		if string(got) != want.String() || r.Track() != f.Track {
			t.Errorf("%s:\ngot  %s, %s\nwant %s, %s", f.Note, got, r.Track(), want.String(), f.Track)
		}
	}
	for _, c := range file.Texts {
		if got := incident.CleanText(c.In); got != c.Out {
			t.Errorf("CleanText(%q): got %q, want %q", c.In, got, c.Out)
		}
	}
}
