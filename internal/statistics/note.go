package statistics

import (
	"fmt"
	"slices"
	"strings"
)

// sentences are what must stand under every table and in every file: how the numbers were made and what they do not
// say. Without them a 0 or a single small number would be misread.
func sentences(p Plan, e Edition, lang string) []string {
	pick := func(de, en string) string {
		if lang == "de" {
			return de
		}
		return en
	}
	var list []string
	if len(e.Cells) == 0 {
		list = append(list, pick("In diesem Jahr gab es so wenige Meldungen, dass keine Zahlen veröffentlicht werden.",
			"There were so few reports this year that no numbers are published."))
	}
	if p.Mode == ModeDP {
		return append(list, noiseSentence(p, lang), pick(mentionsDE, mentionsEN), pick(countsDE, countsEN), pick(moreDE, moreEN))
	}
	b := p.Base
	list = append(list,
		pick(fmt.Sprintf("Alle Zahlen sind gemeinsam auf Vielfache von %d gerundet. Jede Zahl liegt höchstens %d neben dem wahren Wert. Alle Summen passen zueinander.", b, b-1),
			fmt.Sprintf("All numbers are rounded together to multiples of %d. Each number is at most %d away from the true value. All totals agree with each other.", b, b-1)),
		pick(fmt.Sprintf("Eine 0 bedeutet: %s Meldungen.", below(b, "oder")), fmt.Sprintf("A 0 means %s reports.", below(b, "or"))))
	if slices.ContainsFunc(p.Dims, func(d Dim) bool { return d.Max > 1 }) {
		list = append(list, pick(mentionsDE, mentionsEN))
	}
	list = append(list, pick(countsDE, countsEN), pick(moreDE, moreEN))
	if p.layout.axis("source") >= 0 {
		list = append(list, pick("Grundlage ist die Einordnung der Beratungsstelle; wo sie fehlt, die Angabe der meldenden Person (siehe Tabelle „Quelle“).",
			"Based on the office's assessment; where there is none, on what the reporter ticked (see table \"Source\")."))
	}
	return append(list,
		pick(fmt.Sprintf("Eine einzelne %d soll man nicht deuten.", b), fmt.Sprintf("Do not read meaning into a single %d.", b)),
		pick("Die Datensätze unter „world“ sind künstliche Datensätze, keine Meldungen. Kombinationen, die keine Tabelle zeigt, bedeuten nichts.",
			"The records under \"world\" are artificial records, not reports. Combinations that no table shows mean nothing."))
}

// Sentences are the keys of what the note says, in its order, so that a page can say the same in a language that
// the edition does not speak: few, rounded, zero, several, reports, more, source, single, world. None in the strict
// mode, whose note is read in German or English.
func (e Edition) Sentences() ([]string, error) {
	p, err := ParsePlan(appendCanonical(nil, e.Plan))
	if err != nil || p.Mode == ModeDP {
		return nil, err
	}
	var keys []string
	if len(e.Cells) == 0 {
		keys = append(keys, "few")
	}
	keys = append(keys, "rounded", "zero")
	if slices.ContainsFunc(p.Dims, func(d Dim) bool { return d.Max > 1 }) {
		keys = append(keys, "several")
	}
	keys = append(keys, "reports", "more")
	if p.layout.axis("source") >= 0 {
		keys = append(keys, "source")
	}
	return append(keys, "single", "world"), nil
}

// The sentences that need no number.
const (
	mentionsDE = "Mehrere Angaben je Meldung sind möglich. Die Zeilen können zusammen mehr ergeben als die Zahl der Meldungen."
	mentionsEN = "A report can have several entries. The rows can add up to more than the number of reports."
	countsDE   = "Gezählt sind Meldungen, nicht Menschen und nicht alle Vorfälle (Hellfeld). Die Zahlen sind nicht repräsentativ."
	countsEN   = "We count reports, not people and not all incidents (only what was reported). The numbers are not representative."
	moreDE     = "Mehr Meldungen können heißen, dass mehr gemeldet wird, nicht, dass mehr geschieht."
	moreEN     = "More reports can mean that more is reported, not that more happens."
)

// below lists 0 … base−1 in words of the language: 0, 1 oder 2.
func below(base int, or string) string {
	var all []string
	for n := range base - 1 {
		all = append(all, fmt.Sprint(n))
	}
	return fmt.Sprintf("%s %s %d", strings.Join(all, ", "), or, base-1)
}

// noiseSentence tells of the noise, with the average distance that the plan leads one to expect.
func noiseSentence(p Plan, lang string) string {
	tenths := p.ExpectedError()
	loss := fmt.Sprint(p.Epsilon.P)
	if p.Epsilon.Q != 1 {
		loss += fmt.Sprintf("/%d", p.Epsilon.Q)
	}
	if lang == "de" {
		return fmt.Sprintf("Zu jeder Zahl ist Zufall hinzugefügt (ε = %s); im Mittel liegt sie etwa %d,%d daneben.", loss, tenths/10, tenths%10)
	}
	return fmt.Sprintf("Random noise was added to every number (ε = %s); on average it is about %d.%d off.", loss, tenths/10, tenths%10)
}
