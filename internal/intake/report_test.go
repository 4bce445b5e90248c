package intake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/seal"
)

// plain sends a report without JavaScript and wants it taken.
func (o *office) plain(t *testing.T, receipt string, r incident.Report, want intake.Outcome) {
	t.Helper()
	got, err := o.SubmitPlain(t.Context(), receipt, city, r, nil)
	if err != nil || got != want {
		t.Fatalf("sending a report: got %q, %v, want %q", got, err, want)
	}
}

// openReport opens rev 1 and gives its answers, and the mailbox beside them.
func (o *office) openReport(t *testing.T, resident seal.Keys, e incident.Event) (incident.Report, map[string]string) {
	t.Helper()
	env := o.open(t, city, 2, resident, e)
	var r incident.Report
	var beside struct {
		Mailbox map[string]string `json:"mailbox"`
	}
	if err := errors.Join(json.Unmarshal(env.Body, &r), json.Unmarshal(env.Body, &beside)); err != nil {
		t.Fatal(err)
	}
	return r, beside.Mailbox
}

func TestPlainReport(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	sent := report("Erste Zeile\r\nzweite\u2028dritte\x00 Zeile")
	sent.Grounds, sent.Areas = []string{"age"}, []string{"workplace"}
	o.plain(t, receipt, sent, intake.OutcomeReport)

	e := o.wantKinds(t, resident, incident.KindReport)[0]
	if e.Actor != incident.ActorResident || e.Day != "2026-11" || e.State != incident.StateReceived {
		t.Errorf("outside: got actor %q, day %q, state %q, want resident, 2026-11, received", e.Actor, e.Day, e.State)
	}
	if want := `{"epoch":2,"desk":"city","track":"report"}`; e.Public != want {
		t.Errorf("public fields: got %s, want %s", e.Public, want)
	}
	if err := seal.CheckBox("report", e.Box, 1); err != nil {
		t.Errorf("box of %d bytes: %v", len(e.Box), err)
	}
	env := o.open(t, city, 2, resident, e)
	if env.By != "server" || env.At != "2026-11-22" || env.Seen != "" {
		t.Errorf("inside: got by %q, at %q, seen %q, want server, 2026-11-22 and nothing", env.By, env.At, env.Seen)
	}
	got, mailbox := o.openReport(t, resident, e)
	want := sent
	want.V, want.Rung, want.Text = 1, incident.RungRead, "Erste Zeile\nzweite\ndritte Zeile"
	if gotJSON, wantJSON := encode(t, got), encode(t, want); gotJSON != wantJSON {
		t.Errorf("answers: got %s, want %s", gotJSON, wantJSON)
	}
	if mailbox["recipient"] != resident.Recipient() || mailbox["mac"] != seal.EncodeKey(resident.MAC) || len(mailbox) != 2 {
		t.Error("the mailbox in the report is not the receipt's")
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A double click, a lost reply: the same POST is the same case (SD #4458).
func TestPlainReportTwice(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Einmal."), intake.OutcomeReport)
	o.at(t, "2026-12-01T08:00:00Z") // a tab that stood open over the turn of the month
	o.plain(t, receipt, report("Einmal."), intake.OutcomeReport)
	o.wantKinds(t, resident, incident.KindReport)
}

func TestPlainReportTwiceAtOnce(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got, err := o.SubmitPlain(t.Context(), receipt, city, report("Einmal."), nil); err != nil || got != intake.OutcomeReport {
				t.Errorf("got %q, %v, want a report", got, err)
			}
		})
	}
	group.Wait()
	o.wantKinds(t, resident, incident.KindReport)
}

// What was typed the second time is not dropped: it stands behind the report,
// with every answer.
func TestPlainReportEdited(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report("Zuerst."), intake.OutcomeReport)
	edited := report("Zuerst, und noch etwas.")
	edited.Grounds, edited.Manifestations = []string{"religion_belief"}, []string{"insult"}
	edited.Place = &incident.Place{District: "altstadt", Note: "am Brunnen"}
	for range 2 { // the edited one may be sent twice as well
		o.plain(t, receipt, edited, intake.OutcomeMessage)
	}
	o.plain(t, receipt, report("Zuerst."), intake.OutcomeReport)

	events := o.wantKinds(t, resident, incident.KindReport, incident.KindMessage)
	first, _ := o.openReport(t, resident, events[0])
	if first.Text != "Zuerst." {
		t.Errorf("the first report: got %q", first.Text)
	}
	var inside struct {
		Text   string
		Report incident.Report
	}
	if err := json.Unmarshal(o.open(t, city, 2, resident, events[1]).Body, &inside); err != nil {
		t.Fatal(err)
	}
	want := edited.Settle()
	if inside.Text != edited.Text || encode(t, inside.Report) != encode(t, want) {
		t.Errorf("the message holds %+v, want everything of %+v", inside, want)
	}
	if strings.Contains(string(o.open(t, city, 2, resident, events[1]).Body), "mailbox") {
		t.Error("the message repeats the mailbox")
	}
	if err := seal.CheckBox("message", events[1].Box, 1); err != nil {
		t.Errorf("the message's box: %v", err)
	}
}

// The longest report that is taken, sent again in other words, still fits.
func TestPlainReportEditedAtFullLength(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	o.plain(t, receipt, report(strings.Repeat("ب", incident.MaxText)), intake.OutcomeReport)
	o.plain(t, receipt, report(strings.Repeat("𝄞", incident.MaxText)), intake.OutcomeMessage)
	o.wantKinds(t, resident, incident.KindReport, incident.KindMessage)
}

// R5: GlobaLeaks turns parallel submissions down, OpenWhistle fails on a number.
func TestRegressionR05ParallelReports(t *testing.T) {
	o := newOffice(t)
	receipts := make([]string, 64)
	var group sync.WaitGroup
	for i := range receipts {
		receipts[i], _ = newReceipt(t)
		group.Go(func() {
			if got, err := o.SubmitPlain(t.Context(), receipts[i], city, report("Dasselbe."), nil); err != nil || got != intake.OutcomeReport {
				t.Errorf("report %d: got %q, %v", i, got, err)
			}
		})
	}
	group.Wait()
	for _, r := range receipts {
		o.wantKinds(t, keysOf(t, r), incident.KindReport)
	}
	cases, err := o.db.Cases(t.Context(), incident.Query{Limit: 100})
	if err != nil || len(cases) != len(receipts) {
		t.Errorf("cases: got %d, %v, want %d", len(cases), err, len(receipts))
	}
}

// R26: answers that another answer hides are not kept, contact data least of all.
func TestRegressionR26HiddenAnswers(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	sent := report("Nur zählen.")
	sent.Rung, sent.RespondentOrg = incident.RungCount, "Firma im Hinterhof"
	sent.Contact = &incident.Contact{Way: "phone", Value: "0700 1"}
	sent.PassOn = []incident.PassOn{{To: "Beratungsstelle"}}
	o.plain(t, receipt, sent, intake.OutcomeReport)
	env := o.open(t, city, 2, resident, o.events(t, resident)[0])
	for _, hidden := range []string{"Hinterhof", "0700", "contact", "Beratungsstelle"} {
		if bytes.Contains(env.Body, []byte(hidden)) {
			t.Errorf("the sealed report holds %q", hidden)
		}
	}
}

func TestPlainReportRefused(t *testing.T) {
	o := newOffice(t)
	receipt, resident := newReceipt(t)
	empty, long, strange := report("  \n"), report(strings.Repeat("a", incident.MaxText+1)), report("Text")
	strange.Grounds, strange.Areas, strange.Lang = []string{"no_such"}, []string{"age"}, "tlh"
	tests := []struct {
		name          string
		receipt, desk string
		report        incident.Report
		want          incident.Faults // nil: ErrEpoch
	}{
		{"nothing told", receipt, city, empty, incident.Faults{{Field: "text", Key: "required"}}},
		{"too long", receipt, city, long, incident.Faults{{Field: "text", Key: "too_long"}}},
		{"all faults at once", receipt, city, strange, incident.Faults{
			{Field: "lang", Key: "unknown"}, {Field: "areas", Key: "unknown"}, {Field: "grounds", Key: "unknown"},
		}},
		{"receipt with a wrong digit", flip(receipt, 7), city, report("Text"), incident.Faults{{Field: "receipt", Key: "check"}}},
		{"no receipt", "", city, report("Text"), incident.Faults{{Field: "receipt", Key: "check"}}},
		{"no such desk", receipt, "elsewhere", report("Text"), nil},
	}
	for _, tt := range tests {
		got, err := o.SubmitPlain(t.Context(), tt.receipt, tt.desk, tt.report, nil)
		var faults incident.Faults
		switch {
		case got != "":
			t.Errorf("%s: got outcome %q", tt.name, got)
		case tt.want == nil && !errors.Is(err, incident.ErrEpoch):
			t.Errorf("%s: got %v, want ErrEpoch", tt.name, err)
		case tt.want != nil && (!errors.As(err, &faults) || encode(t, faults) != encode(t, tt.want)):
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := o.db.File(t.Context(), incident.CaseID(resident.CaseID())); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("a refused report was stored: %v", err)
	}
}

// sealed makes a report as the browser does.
func (o *office) sealed(t *testing.T, resident seal.Keys, desk string, epoch int) intake.SealedReport {
	t.Helper()
	op := newOp(t)
	return intake.SealedReport{
		Locator: resident.Locator, Op: op, Desk: desk, Epoch: epoch, Track: incident.TrackReport,
		Box: o.box(t, resident, "report", op, o.recipient(t, desk, epoch)),
	}
}

// box seals a body as the browser does.
func (o *office) box(t *testing.T, resident seal.Keys, kind string, op incident.Op, to ...seal.Recipient) []byte {
	t.Helper()
	b, err := seal.Seal(seal.Envelope{
		Case: resident.CaseID(), Kind: kind, Op: op.String(), By: "browser", At: "2026-11-22", Body: []byte(`{"text":"versiegelt"}`),
	}, resident.MAC, to...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSealedReport(t *testing.T) {
	o := newOffice(t)
	_, resident := newReceipt(t)
	r := o.sealed(t, resident, city, 2)
	for range 2 { // the same op again is known
		if err := o.Submit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	e := o.wantKinds(t, resident, incident.KindReport)[0]
	if !bytes.Equal(e.Box, r.Box) || e.Op != r.Op || e.Day != "2026-11" {
		t.Error("what is stored is not what was sent")
	}
	if err := o.Submit(t.Context(), o.sealed(t, resident, city, 2)); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("another report under this receipt: got %v, want ErrConflict", err)
	}
	if err := o.Submit(t.Context(), o.sealed(t, resident, body, 1)); !errors.Is(err, incident.ErrConflict) {
		t.Errorf("another report for another desk: got %v, want ErrConflict", err)
	}
	o.wantKinds(t, resident, incident.KindReport)
}

func TestSealedReportEpochs(t *testing.T) {
	tests := []struct {
		name, now, desk string
		epoch           int
		ok              bool
	}{
		{"current", "2026-11-22T12:00:00Z", city, 2, true},
		{"no such desk", "2026-11-22T12:00:00Z", "elsewhere", 1, false},
		{"no such epoch", "2026-11-22T12:00:00Z", city, 3, false},
		{"epoch of the other desk", "2026-11-22T12:00:00Z", body, 2, false},
		{"not begun", "2026-10-31T23:59:59Z", city, 2, false},
		{"last second of its time", "2026-10-31T23:59:59Z", city, 1, true},
		{"within the grace", "2026-11-02T23:59:59Z", city, 1, true},
		{"after the grace", "2026-11-03T00:00:00Z", city, 1, false},
		{"long closed", "2026-11-22T12:00:00Z", city, 1, false},
		{"zero", "2026-11-22T12:00:00Z", city, 0, false},
	}
	o := newOffice(t)
	for _, tt := range tests {
		_, resident := newReceipt(t)
		o.at(t, tt.now)
		r := o.sealed(t, resident, city, 2)
		r.Desk, r.Epoch = tt.desk, tt.epoch
		err := o.Submit(t.Context(), r)
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, incident.ErrEpoch) {
			t.Errorf("%s: got %v, want taken: %v", tt.name, err, tt.ok)
		}
	}
}

// R23: nothing is taken that nobody could read.
func TestSealedReportMalformed(t *testing.T) {
	o := newOffice(t)
	_, resident := newReceipt(t)
	good := o.sealed(t, resident, city, 2)
	two := o.box(t, resident, "report", good.Op, o.recipient(t, city, 2), o.recipient(t, body, 1))
	small := o.box(t, resident, "message", good.Op, o.recipient(t, city, 2))
	classic := bytes.Replace(good.Box, []byte("-> mlkem768x25519 "), []byte("-> X25519 "), 1)
	padded := bytes.Replace(good.Box, []byte("-> mlkem768x25519 "), []byte("-> X25519 XXXXXXXX"), 1)
	for name, box := range map[string][]byte{
		"nothing": nil, "empty": {}, "no age file": bytes.Repeat([]byte{0}, len(good.Box)),
		"one byte short": good.Box[:len(good.Box)-1], "one byte more": append(bytes.Clone(good.Box), 0),
		"two recipients": two, "bucket of a message": small, "classic stanza": classic, "classic stanza, same size": padded,
		"armoured": append([]byte("-----BEGIN AGE ENCRYPTED FILE-----\n"), good.Box...),
	} {
		bad := good
		bad.Box = box
		var faults incident.Faults
		if err := o.Submit(t.Context(), bad); !errors.As(err, &faults) || !faults.Has("box", "box") {
			t.Errorf("%s: got %v, want a fault of the box", name, err)
		}
	}
	for _, track := range []incident.Track{"", "other", "REPORT"} {
		bad := good
		bad.Track = track
		var faults incident.Faults
		if err := o.Submit(t.Context(), bad); !errors.As(err, &faults) || !faults.Has("track", "unknown") {
			t.Errorf("track %q: got %v, want a fault", track, err)
		}
	}
	if _, err := o.db.File(t.Context(), incident.CaseID(resident.CaseID())); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("a refused report was stored: %v", err)
	}
}
