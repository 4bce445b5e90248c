package publicweb

import (
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// Samples are pages of this site by template, for the renderer to try at start:
// every branch of a template meets at least one. They hold nobody's words.
func Samples() map[string][]any {
	all := map[string][]any{
		"report":  reportSamples(),
		"note":    reportSamples()[:1],
		"receipt": receiptSamples(),
		"mailbox": mailboxSamples(),

		"statistics": figureSamples(),
	}
	for _, name := range [...]string{"start", "rights", "privacy", "accessibility", "imprint", "safety"} {
		all[name] = []any{PlainPage{}}
	}
	for _, key := range problems {
		all["error"] = append(all["error"], ErrorPage{Key: key, ID: "0123456789abcdef"})
	}
	return all
}

// sampleReceipt is vector 0 of the protocol, which opens nothing.
const sampleReceipt = "58151125121711811900141244584569"

// sampleFile is the id of a file that does not exist.
const sampleFile = "00112233445566778899aabbccddeeff"

func reportSamples() []any {
	s := &Site{
		ID: "muster.example",
		Rules: incident.Rules{Facts: []incident.Fact{
			{ID: "rejection_received_on", Type: "date", AskedIn: "form", AskIf: map[string][]string{"area": {"dismissal"}}},
			{ID: "own_fact", Type: "date", AskedIn: "form", QuestionDE: "Wann?"},
		}},
		Taxonomy: incident.Taxonomy{Codes: []incident.Code{
			{Group: incident.GroupReporterRole, Code: "affected", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupManifestation, Code: "insult", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupLifeArea, Code: "employment", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupLifeArea, Code: "dismissal", Parent: "employment", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupGround, Code: "age", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupRespondent, Code: "city_body", AskedOf: incident.AskedReporter, Since: 1},
			{Group: incident.GroupRung, Code: incident.RungRead, AskedOf: incident.AskedReporter, Since: 1},
		}},
		Districts: []District{{ID: "mitte", Name: map[string]string{"": "Mitte"}}},
	}
	city := DeskOption{
		Desk: Desk{ID: "city", Name: map[string]string{"de": "Stelle der Stadt"}, Operator: map[string]string{"de": "Stadtverwaltung"}, PublicBody: true},
		On:   true,
	}
	other := DeskOption{Desk: Desk{ID: "verein", Name: map[string]string{"": "Verein"}, Operator: map[string]string{"": "Verein"}}}
	all := []any{s.pageOf(intake.Form{}, sampleReceipt, []DeskOption{city})}

	full := s.pageOf(intake.Form{
		"areas": {"dismissal"}, "manifestations": {"insult"}, "place.district": {"mitte"}, "when.from": {"gestern"}, "pass_on.to": {"Stelle"},
		"facts.own_fact": {"gestern"},
	}, sampleReceipt, []DeskOption{city, other})
	full.place(faultsOf(incident.Faults{
		{Field: "text", Key: "required"},
		{Field: "when.from", Key: "date"},
		{Field: "when.from", Key: "future"},
		{Field: "when.to", Key: "order"},
		{Field: "facts.own_fact", Key: "date"},
		{Field: "place.note", Key: "too_long"},
		{Field: "contact.value", Key: "required"},
		{Field: "consents", Key: "too_many"},
		{Field: "areas", Key: "unknown"},
		{Field: "text", Key: "too_long"},
		{Field: "files", Key: "uncleaned"},
	}))
	full.Files.Accept, full.Files.Keep, full.Files.Again = true, true, true
	for _, key := range [...]string{"unavailable", "unclear", "epoch", "full", "erased"} {
		page := s.pageOf(intake.Form{}, sampleReceipt, []DeskOption{city})
		page.Trouble = key
		all = append(all, page)
	}
	return append(all, full)
}

func receiptSamples() []any {
	return []any{
		ReceiptPage{Receipt: sampleReceipt, Outcome: intake.OutcomeReport, Answered: true, Deadlines: deadlineSamples()},
		ReceiptPage{Receipt: sampleReceipt, Outcome: intake.OutcomeReport, MayAsk: true, Lowered: true},
		ReceiptPage{Receipt: sampleReceipt, Outcome: intake.OutcomeMessage},
	}
}

func deadlineSamples() []DeadlineLine {
	return []DeadlineLine{
		{Rule: "kschg_4", Label: "Klage", Safe: "2026-12-11", Verified: "2022-03-26", Stale: true, Tariff: true},
		{Rule: "own_rule", Label: "Eigene Regel", Act: "Schreiben Sie.", Safe: "2026-12-31", Verified: "2026-11-01", Learned: true, Early: true},
		{Rule: "agg_21_5", Label: "Ansprüche", Late: "Ohne Verschulden?", Safe: "2026-11-01", Past: true},
		{Rule: "agg_15_4", Label: "Ansprüche", Outside: true},
		{Act: "Schreiben Sie dem Arbeitgeber.", Safe: "2027-01-15"},
	}
}

func mailboxSamples() []any {
	all := []any{MailboxPage{}}
	for _, key := range [...]string{"length", "character", "check", "not_found"} {
		all = append(all, MailboxPage{Typed: "5815", Fault: &ReceiptFault{Key: key, At: 3}})
	}
	for _, state := range incident.States {
		all = append(all, MailboxPage{Receipt: sampleReceipt, Found: true, State: state, Writable: !state.Final(), Advised: state == incident.StateCounselling})
	}
	return append(append(all, willSamples()...),
		MailboxPage{Receipt: sampleReceipt, Trouble: "file", Writable: true},
		MailboxPage{Receipt: sampleReceipt, Trouble: "unavailable", Writable: true, Draft: "Text"},
		MailboxPage{
			Receipt: sampleReceipt, Found: true, State: incident.StateTriage, Writable: true, Draft: "Text",
			Faults: []Fault{{ID: "text", Key: "fault.message"}, {ID: "files", Key: "fault.files.type"}},
			Files:  FilesField{Accept: true, Keep: true, Again: true, Fault: &Fault{ID: "files", Key: "fault.files.type"}},
		},
		MailboxPage{
			Receipt: sampleReceipt, Found: true, State: incident.StateCounselling, Writable: true, Answered: true, Sent: true, Deadlines: deadlineSamples(),
			Entries: []Entry{
				{Kind: incident.KindReport, Month: "2026-11"},
				{Kind: incident.KindAccess, Day: "2026-11-23"},
				{Kind: incident.KindAccess, Day: "2026-11-23", Role: incident.RoleCaseworker},
				{Kind: incident.KindAccess, Day: "2026-11-24", Role: incident.RoleCoordinator},
				{Kind: incident.KindAnswer, Day: "2026-11-23", Text: "Danke.\nText.", German: "Danke.", Lang: "en", Enclosures: []Enclosure{{sampleReceipt, sampleFile, 1, 3}}, Warn: []string{"unread", "order"}},
				{Kind: incident.KindAnswer, Day: "2026-11-24", Damaged: true},
				{Kind: incident.KindAnswer, Day: "2026-11-24", Text: "Jemand bekam eine Wohnung nicht.", Lang: "de", Passed: "Vereinsstelle", Code: sampleReceipt},
				{Kind: incident.KindMessage, Month: "2026-11"},
				{Kind: incident.KindDeadline, Day: "2026-11-23", Due: "2027-01-15", Act: "Schreiben Sie dem Arbeitgeber."},
				{Kind: incident.KindDeadline, Day: "2026-11-23"},
				{Kind: incident.KindAttachment, Month: "2026-11"},
				{Kind: incident.KindAttachment, Day: "2026-11-24"},
				{Kind: incident.KindConsent, Month: "2026-11"},
				{Kind: incident.KindConsent, Day: "2026-11-24"},
				{Kind: incident.KindWithdrawal, Month: "2026-12"},
			},
		})
}

// figureSamples are a list without years, and a year with all that can stand there.
func figureSamples() []any {
	word := func(text string) Words { return Words{Text: text} }
	months := []FigureRow{
		{word("Alle Meldungen"), []Figure{{63, 61, 65}}},
		{word("Januar 2025"), []Figure{{36, 34, 38}}},
		{word("Februar 2025"), []Figure{{27, 25, 29}}},
	}
	fields := []FigureRow{
		{word("Alle Meldungen"), []Figure{{63, 61, 65}, {42, 40, 44}, {21, 19, 23}}},
		{word("Alter"), []Figure{{12, 10, 14}, {12, 10, 14}, {0, 0, 2}}},
		{Words{"Disability", "en"}, []Figure{{51, -1, -1}, {30, -1, -1}, {21, -1, -1}}},
	}
	head := []Words{word("Alle Meldungen"), word("Arbeit und Ausbildung"), word("Wohnen")}
	return []any{
		FiguresPage{},
		FiguresPage{Years: []int{2025, 2024}},
		FiguresPage{Years: []int{2025, 2024}, Year: &FigureYear{
			Year: 2025, Counted: true, Total: Figure{63, 61, 65}, FrozenOn: "2026-04-14",
			Note: []string{"Alle Zahlen sind gerundet."}, NoteLang: "de", Dropped: []Words{word("Wer meldet")}, Withdrawn: []Words{word("Ort")},
			Errata: []FigureErratum{{"2026-05-02", Words{"Eine Tabelle war falsch beschriftet.", "de"}}},
			Tables: []FigureTable{
				{ID: "t1", Title: word("Meldungen nach Monat"), Base: 63, Rows: months, Bars: bars(months[1:], false)},
				{
					ID: "t5", Title: word("Gründe und Bereiche"), Base: 63, Head: head,
					Rows: fields, HeatMap: heatMap(head, fields[1:], true),
				},
				{ID: "t8", Title: word("Art"), Base: 63, Rows: months[:1]},
			},
			Files: []string{"2025.csv", "2025.ods"}, Others: []FigureOther{{2024, Figure{57, 55, 59}}}, Hash: "0f", Key: "1e",
		}},
	}
}
