package publicweb

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// A MailboxPage asks for a receipt, or shows what it opened.
type MailboxPage struct {
	Typed   string        // what was typed as a receipt and did not open
	Fault   *ReceiptFault // why not
	Trouble string        // key of trouble.…
	Faults  []Fault       // of the message

	Receipt string // set once it was read without a fault: the page is open
	Found   bool
	State   incident.State
	Entries []Entry

	Deadlines []DeadlineLine // of the newest told event
	Answered  bool           // there is an answer
	Advised   bool           // an answer was wished for
	Writable  bool
	Sent      bool
	Seen      string
	Draft     string
	Files     FilesField
	Will      Will

	Desks []DeskOption
	Site  string
	Codes int
}

// A ReceiptFault says what is wrong with a receipt: "length", "character", "check"
// or "not_found". At counts letters from 1.
type ReceiptFault struct {
	Key string
	At  int
}

// An Entry is one line of the mailbox.
type Entry struct {
	Kind       incident.Kind
	Day        string        // of the office's entries
	Month      string        // of the resident's
	Role       incident.Role // of who opened the case, if it is known
	Text       string
	German     string // the same in German, where the office wrote both
	Due        string // safe day of a told deadline
	Act        string // what to do by then
	Passed     string // name of the desk that this was handed over to
	Code       string // of the mailbox there, 32 digits; "" if nothing was handed over
	Enclosures []Enclosure
	Lang       string
	Damaged    bool
	Warn       []string
}

// Paragraphs cuts an answer at its line breaks; they are all the form it has.
func (e Entry) Paragraphs() []string { return paragraphs(e.Text) }

// GermanParagraphs are those of the German text beside it.
func (e Entry) GermanParagraphs() []string { return paragraphs(e.German) }

func paragraphs(text string) []string {
	var all []string
	for p := range strings.SplitSeq(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// Data is what the page's script needs.
func (p MailboxPage) Data(lang, later string, texts map[string]any) any {
	return scriptData(p.Site, lang, later, p.Codes, p.Desks, texts)
}

var mailboxFields = []string{"receipt", "seen", "text", "open", "send", "lang", fileField, acceptField, originalField, intake.FilesField}

func mailboxField(name string) bool {
	return slices.Contains(mailboxFields, name) || slices.Contains(willFields, name)
}

// mailbox asks for a receipt.
func (s *Site) mailbox(c *gin.Context) { s.show(c, http.StatusOK, "mailbox", s.mailboxPage()) }

func (s *Site) mailboxPage() MailboxPage {
	return MailboxPage{Desks: s.desks(""), Site: s.ID, Codes: s.Taxonomy.Version()}
}

// open opens a mailbox with the receipt that was typed, adds a message where one
// was written, or carries the page along to another language.
func (s *Site) open(c *gin.Context) {
	f, err := readUpload(c, mailboxField,
		func(f intake.Form, t intake.Ticks) (*intake.Parcel, error) {
			return s.Intake.MessageParcel(c.Request.Context(), f.Get("receipt"), f.Get("text"), t)
		})
	if err != nil {
		web.Fail(c, err)
		return
	}
	page := s.mailboxPage()
	_, inside := f.Form["seen"]
	if f.Get("lang") != "" && !inside {
		page.Typed = f.Get("receipt")
		s.showMailbox(c, http.StatusOK, page)
		return
	}
	receipt, fault := readReceipt(f.Get("receipt"))
	if fault != nil {
		page.Typed, page.Fault = f.Get("receipt"), fault
		s.showMailbox(c, http.StatusUnprocessableEntity, page)
		return
	}
	page.Receipt, page.Seen, page.Draft = receipt, f.Get("seen"), f.Get("text")
	page.Files, page.Will = filesField(f.Form), willOf(f.Form)
	switch {
	case f.Get("lang") != "", f.err != nil:
		err, page.Files.Again = f.err, f.chosen
	case f.Get(fileField) != "":
		if err = s.file(c, receipt, f.Get(fileField)); err == nil {
			return
		}
	case f.Get("send") != "":
		err = uploadRefusal(s.Intake.MessagePlain(c.Request.Context(), receipt, f.Get("text"), f.Get("seen"), f.files))
		page.Sent, page.Files.Again = err == nil, f.chosen && err != nil
	default:
		err = s.decide(c, f.Form, receipt, &page.Will)
	}
	s.openedMailbox(c, page, err)
}

func readReceipt(typed string) (string, *ReceiptFault) {
	receipt, err := intake.ReadReceipt(typed)
	var typo intake.TypingError
	if errors.As(err, &typo) {
		return "", &ReceiptFault{Key: typo.Reason, At: typo.At + 1}
	}
	return receipt, nil
}

// openedMailbox shows what the receipt opens, after what came before it: a
// message that could not be taken stays in its field.
func (s *Site) openedMailbox(c *gin.Context, page MailboxPage, before error) {
	status := http.StatusOK
	m, err := s.Intake.OpenMailbox(c.Request.Context(), page.Receipt)
	switch {
	case err == nil && m.Found:
		page.fill(m, incident.DayOf(s.Now()))
	case err == nil:
		page = MailboxPage{Typed: page.Receipt, Fault: &ReceiptFault{Key: "not_found"}, Desks: page.Desks, Site: page.Site, Codes: page.Codes}
		before = nil
	case before == nil:
		before = err
	}
	if before != nil {
		failure := web.Answer(before)
		status = failure.Status
		if page.Will.Faults = willFaults(before); len(page.Will.Faults) == 0 {
			page.Faults = messageFaults(before)
		}
		if len(page.Faults)+len(page.Will.Faults) == 0 {
			page.Trouble = trouble(failure.Key)
		}
		page.Files.place(page.Faults)
		page.Writable = page.Receipt != ""
		web.Note(c, failure, before)
	}
	if page.Sent {
		page.Draft, page.Files = "", FilesField{}
	}
	s.showMailbox(c, status, page)
}

// messageFaults words the faults of a message.
func messageFaults(err error) []Fault {
	faults := faultsOf(err)
	for i := range faults {
		if faults[i].Key == "fault.text" {
			faults[i].Key = "fault.message"
		}
	}
	return faults
}

// showMailbox answers in one size, whatever the receipt opened.
func (s *Site) showMailbox(c *gin.Context, status int, page MailboxPage) {
	web.PaddedPage(c, status, step, s.Pages, s.lang(c), "mailbox", page)
}

// fill puts the opened letters on the page.
func (p *MailboxPage) fill(m intake.OpenMailbox, today string) {
	p.Found, p.State, p.Seen, p.Advised = true, m.State, m.Head, m.Track == incident.TrackCounselling
	p.Writable = !m.State.Final()
	for _, l := range m.Letters {
		if slices.Contains(l.Warn, "double") {
			continue
		}
		e := Entry{
			Kind: l.Kind, Day: l.Day, Text: l.Text, German: l.German, Due: l.Due, Act: l.Act, Lang: l.Lang,
			Enclosures: enclosures(p.Receipt, l.Files), Damaged: l.Damaged, Warn: l.Warn, Role: l.Role,
			Passed: l.Passed, Code: l.Code,
		}
		if l.By == incident.ActorResident {
			e.Day, e.Month = "", l.Day
		}
		p.Answered = p.Answered || l.Kind == incident.KindAnswer
		p.Will.Withdrawn = p.Will.Withdrawn || l.Kind == incident.KindWithdrawal
		if l.Kind == incident.KindDeadline && !l.Damaged {
			p.Deadlines = toldLines(l.Told, today)
		}
		p.Entries = append(p.Entries, e)
	}
}
