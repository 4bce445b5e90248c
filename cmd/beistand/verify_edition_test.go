package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
)

// toyEdition is a signed edition of the toy, and the step that a store keeps.
func toyEdition(t *testing.T) (p statistics.Published, step []byte, op [16]byte) {
	t.Helper()
	dir := statisticsDir(t)
	for _, args := range [][]string{
		{"build", "-plan", "@plan", "-counts", "-", "-base", "3", "-out", "@e", "-seed-file", "@seed"},
		{"sign", "@e", "-key-file", "@key", "-out", "@signed", "-on", "2028-04-14"},
	} {
		if code, _, errs := stat(t, dir, toyCountsFile, args...); code != exitDone {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
	}
	bundle, err := os.ReadFile(filepath.Join(dir, "signed"))
	if err != nil {
		t.Fatal(err)
	}
	step, op, err = statistics.NewStep(statistics.StepReleased, "a member", bundle).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if p, err = statistics.ReadSteps([][]byte{step}, ""); err != nil {
		t.Fatal(err)
	}
	return p, step, op
}

// verify looks at the editions too: each is whole, and the one that the ledger tells of.
func TestVerifyEditions(t *testing.T) {
	p, step, op := toyEdition(t)
	broken := []byte(strings.Replace(string(step), `"kind":"released"`, `"kind":"erratum"`, 1))
	for name, tt := range map[string]struct {
		step []byte
		line *incident.Line
		want string // in the finding
	}{
		"whole":             {step, &incident.Line{Year: 2027, Edition: p.Hash(), Signer: p.Edition.PublicKey()}, ""},
		"none at all":       {nil, nil, ""},
		"gone":              {nil, &incident.Line{Year: 2027, Edition: p.Hash(), Signer: p.Edition.PublicKey()}, "it is gone"},
		"not told":          {step, nil, "the ledger has no line"},
		"another one":       {step, &incident.Line{Year: 2027, Edition: strings.Repeat("ab", 32), Signer: p.Edition.PublicKey()}, "not the one"},
		"another's key":     {step, &incident.Line{Year: 2027, Edition: p.Hash(), Signer: strings.Repeat("ab", 32)}, "signature does not fit"},
		"an erratum before": {broken, &incident.Line{Year: 2027, Edition: p.Hash(), Signer: p.Edition.PublicKey()}, "out of its order"},
	} {
		db, err := boltstore.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if tt.step != nil {
			if err := db.PutStep(t.Context(), 2027, 1, op, tt.step); err != nil {
				t.Fatal(err)
			}
		}
		if tt.line != nil {
			e, err := incident.NewLine(0, incident.Hash{}, incident.KindEdition, incident.ActorSystem, "2028-04-14", incident.Op{1}, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Record(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		v, err := verifyStore(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, f := range v.Findings {
			found += f.Where + ": " + f.What
		}
		if (found == "") != (tt.want == "") || !strings.Contains(found, tt.want) {
			t.Errorf("%s: found %q, want %q", name, found, tt.want)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
