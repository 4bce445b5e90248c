package intake_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// forms are how bytes could stand in a file: as they are, in hexadecimal, and in
// base64 at each of its three alignments.
func forms(secret []byte) map[string][]byte {
	all := map[string][]byte{"as it is": secret, "hex": []byte(hex.EncodeToString(secret)), "HEX": bytes.ToUpper([]byte(hex.EncodeToString(secret)))}
	for shift, name := range []string{"base64", "base64+1", "base64+2"} {
		text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		text = text[(shift*8+5)/6 : len(text)-4] // what neighbours do not change
		all[name] = []byte(text)
		all[name+"url"] = []byte(strings.NewReplacer("+", "-", "/", "_").Replace(text))
	}
	return all
}

// R6: after both ways nothing of a resident's words, receipt or keys is on the
// disk, in any form.
func TestRegressionR06NoTrace(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	const marker = "MARKER-4711-im-Treppenhaus"
	sent := report("Text " + marker)
	sent.Grounds, sent.GroundOther = []string{"age"}, "Grund "+marker
	sent.Place = &incident.Place{Note: "Ort " + marker}
	o.plain(t, receipt, sent, intake.OutcomeReport)
	sent.Text += " und mehr"
	o.plain(t, receipt, sent, intake.OutcomeMessage)
	if err := o.MessagePlain(t.Context(), receipt, "Wort "+marker, "", nil); err != nil {
		t.Fatal(err)
	}
	o.answer(t, resident, "Antwort "+marker, "")
	if _, err := o.OpenMailbox(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	_, sealed := newReceipt(t)
	if err := o.Submit(t.Context(), o.sealed(t, sealed, city, 2)); err != nil {
		t.Fatal(err)
	}
	if err := o.Message(t.Context(), o.sealedMessage(t, sealed, 2)); err != nil {
		t.Fatal(err)
	}
	secrets := map[string][]byte{
		"words": []byte(marker), "sealed words": []byte(`{"text":"versiegelt"}`), "receipt": []byte(receipt),
		"locator": resident.Locator[:], "MAC key": resident.MAC[:], "recipient": []byte(resident.Recipient()),
		"locator of the sealed report": sealed.Locator[:], "part of the receipt": []byte(receipt[:16]),
	}
	stored := o.files(t)
	for name, secret := range secrets {
		for form, b := range forms(secret) {
			if bytes.Contains(stored, b) {
				t.Errorf("%s stands in the store, %s", name, form)
			}
		}
	}
	// The search must be able to find: ids are stored, and so is the sealed box.
	if !bytes.Contains(stored, []byte(resident.CaseID())) || !bytes.Contains(stored, o.events(t, resident)[0].Box[:64]) {
		t.Error("the search does not find what must be there")
	}
}

// A control: what is stored in clear is found in every form.
func TestSearchFinds(t *testing.T) {
	secret := []byte("MARKER-4711-im-Treppenhaus")
	for _, written := range [][]byte{
		secret, []byte(hex.EncodeToString(secret)), []byte(base64.StdEncoding.EncodeToString(secret)),
		[]byte(base64.URLEncoding.EncodeToString(append([]byte("x"), secret...))),
		[]byte(base64.RawStdEncoding.EncodeToString(append([]byte("xy"), append(secret, "behind"...)...))),
	} {
		found := false
		for _, b := range forms(secret) {
			found = found || bytes.Contains(written, b)
		}
		if !found {
			t.Errorf("not found in %q", written)
		}
	}
}

// files gives all bytes in the store's folder.
func (o *office) files(t *testing.T) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(o.dir, "*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var all []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// Two reports of one bucket are stored in the same number of bytes, whatever
// their script and length.
func TestStoredSizesTellNothing(t *testing.T) {
	o := newOffice(t)
	sizes := map[int]bool{}
	for _, text := range []string{"a", "Eine längere Erzählung mit vielen Worten.", "أخبرتكم بكل ما حدث في المكتب"} {
		receipt, resident := newReceipt(t)
		sent := report(text)
		sent.Rung, sent.Consents = incident.RungAnswer, []string{"art9/1"}
		o.plain(t, receipt, sent, intake.OutcomeReport)
		e := o.events(t, resident)[0]
		sizes[len(e.Box)+len(e.Public)] = true
		if err := seal.CheckBox("report", e.Box, 1); err != nil {
			t.Error(err)
		}
	}
	if len(sizes) != 1 {
		t.Errorf("sizes: got %v, want one", sizes)
	}
}
