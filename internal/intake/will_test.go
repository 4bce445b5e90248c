package intake_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

const art9 = "art9/1"

func (o *office) sealedWill(t *testing.T, resident seal.Keys, kind incident.Kind, w intake.Wish, epoch int) intake.SealedWill {
	t.Helper()
	op := newOp(t)
	return intake.SealedWill{
		Locator: resident.Locator, Op: op, Epoch: epoch, Wish: w, Box: o.box(t, resident, string(kind), op, o.recipient(t, city, epoch)),
	}
}

// TestWish: only the resident makes a report into counselling, and who climbs
// down again keeps the track.
func TestWish(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	first := o.events(t, resident)[0].Op.String()
	for range 2 { // the same POST twice is one wish
		if err := o.ConsentPlain(t.Context(), receipt, intake.Wish{Rung: incident.RungAnswer, Text: art9}, first); err != nil {
			t.Fatal(err)
		}
	}
	e := o.wantKinds(t, resident, incident.KindReport, incident.KindConsent)[1]
	if want := `{"epoch":2,"track":"counselling","rung":"answer_me","text":"art9/1"}`; e.Public != want || e.Actor != incident.ActorResident || e.Day != "2026-11" {
		t.Errorf("stored: %s by %s, %s; want %s by the resident, the month", e.Public, e.Actor, e.Day, want)
	}
	env := o.open(t, city, 2, resident, e)
	var got struct {
		Rung  string
		Texts []string
	}
	if err := json.Unmarshal(env.Body, &got); err != nil || got.Rung != incident.RungAnswer || strings.Join(got.Texts, ",") != art9 || env.By != "server" || env.Seen != first {
		t.Errorf("inside: %s by %q, seen %q, %v", env.Body, env.By, env.Seen, err)
	}
	if m := o.mailbox(t, resident); m.Track != incident.TrackCounselling || m.Head != e.Op.String() {
		t.Errorf("mailbox: track %s, head %s", m.Track, m.Head)
	}
	w := o.sealedWill(t, resident, incident.KindConsent, intake.Wish{Rung: incident.RungCount}, 2)
	for range 2 {
		if err := o.Consent(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	e = o.wantKinds(t, resident, incident.KindReport, incident.KindConsent, incident.KindConsent)[2]
	if want := `{"epoch":2,"track":"counselling","rung":"count_it"}`; e.Public != want {
		t.Errorf("stored: %s, want %s", e.Public, want)
	}
}

func TestWishRefused(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	for _, tt := range []struct {
		wish  intake.Wish
		field string
		key   string
	}{
		{intake.Wish{}, "rung", "unknown"},
		{intake.Wish{Rung: "everything", Text: art9}, "rung", "unknown"},
		{intake.Wish{Rung: incident.RungAnswer}, "consent", "required"},
		{intake.Wish{Rung: incident.RungAct, Text: "contact/1"}, "consent", "unknown"},
		{intake.Wish{Rung: incident.RungPassOn, Text: "art"}, "consent", "unknown"},
		{intake.Wish{Rung: incident.RungRead, Text: art9}, "consent", "unknown"},
	} {
		for way, err := range map[string]error{
			"plain":  o.ConsentPlain(t.Context(), receipt, tt.wish, ""),
			"sealed": o.Consent(t.Context(), o.sealedWill(t, resident, incident.KindConsent, tt.wish, 2)),
		} {
			var faults incident.Faults
			if !errors.As(err, &faults) || !faults.Has(tt.field, tt.key) {
				t.Errorf("%+v, %s: %v, want %s %s", tt.wish, way, err, tt.field, tt.key)
			}
		}
	}
	err := o.ConsentPlain(t.Context(), receipt, intake.Wish{Rung: incident.RungAnswer, Text: "art9/ein Satz"}, "")
	var faults incident.Faults
	if !errors.As(err, &faults) {
		t.Errorf("a sentence instead of a text's id: %v, want a fault", err)
	}
	o.wantKinds(t, resident, incident.KindReport)
}

func TestWithdrawal(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	for range 2 {
		if err := o.WithdrawPlain(t.Context(), receipt, "nonsense"); err != nil {
			t.Fatal(err)
		}
	}
	e := o.wantKinds(t, resident, incident.KindReport, incident.KindWithdrawal)[1]
	if env := o.open(t, city, 2, resident, e); e.Public != `{"epoch":2}` || env.Seen != "" || string(env.Body) != `{"withdraw":true}` {
		t.Errorf("stored %s, inside %s, seen %q", e.Public, env.Body, env.Seen)
	}
	if err := o.Withdraw(t.Context(), o.sealedWill(t, resident, incident.KindWithdrawal, intake.Wish{}, 2)); err != nil {
		t.Fatal(err)
	}
	o.wantKinds(t, resident, incident.KindReport, incident.KindWithdrawal, incident.KindWithdrawal)
}

func TestWillsRefused(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	unknown, stranger := newReceipt(t)
	wish := intake.Wish{Rung: incident.RungRead}
	box := o.sealedWill(t, resident, incident.KindConsent, wish, 2)
	box.Box = box.Box[:len(box.Box)-1]
	for name, tt := range map[string]struct{ err, want error }{
		"wish, unknown receipt":           {o.ConsentPlain(t.Context(), unknown, wish, ""), incident.ErrNotFound},
		"withdrawal, unknown receipt":     {o.WithdrawPlain(t.Context(), unknown, ""), incident.ErrNotFound},
		"sealed wish, unknown receipt":    {o.Consent(t.Context(), o.sealedWill(t, stranger, incident.KindConsent, wish, 2)), incident.ErrNotFound},
		"sealed withdrawal, old epoch":    {o.Withdraw(t.Context(), o.sealedWill(t, resident, incident.KindWithdrawal, intake.Wish{}, 1)), incident.ErrEpoch},
		"sealed wish, a box that was cut": {o.Consent(t.Context(), box), incident.Faults{}},
	} {
		var faults incident.Faults
		if _, wants := tt.want.(incident.Faults); wants != errors.As(tt.err, &faults) || !wants && !errors.Is(tt.err, tt.want) { //nolint:errorlint // as it stands in the table
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
	o.wantKinds(t, resident, incident.KindReport)
}

// TestRegressionR29ReceiptInText: whoever reads it could open the mailbox.
func TestRegressionR29ReceiptInText(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	groups := func(sep string) string {
		var all []string
		for i := 0; i < len(receipt); i += 4 {
			all = append(all, receipt[i:i+4])
		}
		return strings.Join(all, sep)
	}
	arabic := strings.Map(func(c rune) rune { return c - '0' + '\u0660' }, receipt)
	wrong := receipt[:31] + string('0'+(receipt[31]-'0'+1)%10)
	for text, refused := range map[string]bool{
		"Mein Code: " + receipt + ".":        true,
		groups(" "):                          true,
		"a\n" + groups(" - ") + "\nb":        true,
		"am 22.11.2026 " + groups(" "):       true,
		groups("\n"):                         true,
		arabic:                               true,
		"Tel. 0711 216 0, 2026":              false,
		wrong:                                false,
		receipt[:28]:                         false,
		"1" + receipt:                        false,
		groups("a"):                          false,
		strings.Repeat("0123 4567 ", 4):      false,
		"DE02 1203 0000 0000 2020 51 (IBAN)": false,
		receipt[:16] + " und dann " + receipt[16:]: false,
	} {
		other, _ := newReceipt(t)
		_, err := o.SubmitPlain(t.Context(), other, city, report(text), nil)
		var faults incident.Faults
		if got := errors.As(err, &faults) && faults.Has("text", "receipt"); got != refused {
			t.Errorf("%.30q…: refused %v (%v), want %v", text, got, err, refused)
		}
	}
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	var faults incident.Faults
	if err := o.MessagePlain(t.Context(), receipt, "Code "+receipt, "", nil); !errors.As(err, &faults) || !faults.Has("text", "receipt") {
		t.Errorf("message: %v, want it refused", err)
	}
	o.wantKinds(t, resident, incident.KindReport)
}

// TestReceiptOfErasedCase: both ways say that a new receipt is needed, and store
// nothing.
func TestReceiptOfErasedCase(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Text"), intake.OutcomeReport)
	id := incident.CaseID(resident.CaseID())
	events := o.events(t, resident)
	final := incident.Link(id, 1, events[0].Hash, incident.Event{
		Kind: incident.KindTransition, Actor: incident.ActorSystem, Day: "2026-11-22", State: incident.StateErased, Op: newOp(t),
	})
	if err := o.db.Append(t.Context(), final); err != nil {
		t.Fatal(err)
	}
	for _, dropped := range []bool{false, true} {
		if dropped {
			if err := o.db.Drop(t.Context(), final.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.SubmitPlain(t.Context(), receipt, city, report("Noch einmal"), nil); !errors.Is(err, incident.ErrErased) {
			t.Errorf("plain, dropped %v: %v, want ErrErased", dropped, err)
		}
		if err := o.Submit(t.Context(), o.sealed(t, resident, city, 2)); !errors.Is(err, incident.ErrErased) {
			t.Errorf("sealed, dropped %v: %v, want ErrErased", dropped, err)
		}
		if m := o.mailbox(t, resident); m.Found {
			t.Error("the mailbox of an erased case is found")
		}
	}
}
