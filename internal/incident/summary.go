package incident

import (
	"fmt"
	"strconv"
	"time"
)

// SummaryVersion is the version of the projection. One with another version is
// rebuilt from the case's events.
const SummaryVersion = 2

// A Summary is what a list of cases needs of one case: a projection of its
// events, rebuilt at will and never authority (store.md §2, §5).
type Summary struct {
	V         int // SummaryVersion
	Case      CaseID
	Rev       int    // of the newest event
	Head      Hash   // of the newest event
	Desk      string // that works on it
	Epoch     int    // of the key that the report is sealed to
	Month     string // of receipt
	State     State  // after the newest event
	Track     Track
	Open      bool     // State.Open
	Assignee  MemberID // "" if nobody has it
	Unread    bool     // the resident, or a timer, did something that no member has seen
	Deadline  string   // Monday of the week of the newest deadline event, or ""
	Resume    string   // day of return while paused, or ""
	Due       string   // the earlier of both, as a Monday, or ""
	Hold      bool     // a coordinator's note forbids erasure
	Asked     Act      // what waits for a second person, or ""
	AskedBy   string   // the member who asked, ActorResident for a withdrawal, or ""
	Purge     string   // first month in which the case may be erased, by its age or because two agreed, or ""
	Card      []byte   // box of the newest card, or nil
	CardOp    Op       // of the newest card
	CardEpoch int      // of the key under which it is sealed
	CodingRev int      // of the newest coding, 0 for none
}

// Year is the year of receipt, 0 if the case has none.
func (s Summary) Year() int {
	year, err := strconv.Atoi(s.Month[:min(4, len(s.Month))])
	if err != nil {
		return 0
	}
	return year
}

// A Query asks for summaries in order of case id.
type Query struct {
	Desks  []string // of these desks only; nil: of all
	After  CaseID   // the last one already seen, or ""
	Before CaseID   // the first one that is not asked for, or ""
	Limit  int      // at most 500
	Open   bool     // only cases in which something is still to be done
}

// Groups is how many groups cases are in by the first byte of their id, which is
// random: lists are compared group by group.
const Groups = 256

// A Stamp is what a store sets anew, to a value that was never there before,
// whenever the summary of any case of a group has changed. It says nothing else:
// no order, no time, no case.
type Stamp [16]byte

// Group gives the group that the case is in; false if that is no case id.
func (c CaseID) Group() (first byte, ok bool) {
	var b [16]byte
	if parseHex(b[:], string(c)) != nil {
		return 0, false
	}
	return b[0], true
}

// Apply folds one event onto the summary of the event before it. It fails if e
// is not the very next event, or is of a kind that this program does not know.
func (s Summary) Apply(e Event) (Summary, error) {
	id, rev, err := e.ID.Split()
	if err != nil || rev != s.Rev+1 || s.Rev > 0 && (id != s.Case || e.Prev != s.Head) {
		return s, fmt.Errorf("folding event: %w", ErrChain)
	}
	if !e.Kind.OfCase() || !e.State.Valid() || e.V > 1 {
		return s, fmt.Errorf("folding event %d: %w", rev, ErrUnknownKind)
	}
	p, err := e.PublicFields()
	if err != nil {
		return s, fmt.Errorf("folding event %d: %w", rev, err)
	}
	from := s.State
	s.V, s.Case, s.Rev, s.Head = SummaryVersion, id, rev, e.Hash
	s.State, s.Open = e.State, e.State.Open()
	s.applyKind(e, p)
	s.applyAsked(e, p)
	if from != s.State {
		s.moved(e, p)
	}
	s.Due = earliest(s.Deadline, s.Resume)
	return s, nil
}

// applyKind takes over what an event says beside the state.
func (s *Summary) applyKind(e Event, p Public) {
	switch e.Kind {
	case KindReport:
		s.Desk, s.Epoch, s.Month, s.Track, s.Unread = p.Desk, p.Epoch, e.Day, p.Track, true
	case KindMessage, KindAttachment, KindWithdrawal:
		s.Unread = s.Unread || e.ByResident()
	case KindConsent:
		s.Unread = s.Unread || e.ByResident()
		if p.Track == TrackCounselling {
			s.Track = TrackCounselling
		}
	case KindAnswer, KindAccess:
		s.Unread = false
	case KindNote:
		if p.Hold != nil {
			s.Hold = *p.Hold
		}
	case KindCoding:
		s.CodingRev = s.Rev
	case KindCard:
		s.Card, s.CardOp, s.CardEpoch = e.Box, e.Op, p.Epoch
	case KindTransition:
		s.Unread = e.Actor == ActorSystem && !s.State.Final()
	case KindAssignment:
		s.Assignee = p.Member
	case KindDeadline:
		s.Deadline = p.Due
	case KindApproval:
		if p.Act == ActErase {
			s.Purge = monthOf(e.Day)
		}
	case KindRequest:
	case KindSite, KindMember, KindKey, KindLogin, KindExport, KindErasure, KindEdition,
		KindSettings, KindDrill, KindAlarm, KindRestore, KindCheckpoint:
	}
}

// applyAsked follows what waits for a second person: the list has to show it
// without reading all events. Case.Waiting is the authority.
func (s *Summary) applyAsked(e Event, p Public) {
	switch {
	case e.Kind == KindRequest:
		s.Asked, s.AskedBy = p.Act, e.Actor
	case e.Kind == KindWithdrawal:
		s.Asked, s.AskedBy = ActErase, e.Actor
	case e.Kind == KindApproval, (e.Kind == KindTransition || e.ByResident()) && s.Asked == ActDiscard:
		s.Asked, s.AskedBy = "", ""
	}
}

// moved sets what depends on the state that the case has come to.
func (s *Summary) moved(e Event, p Public) {
	s.Resume, s.Purge = "", ""
	switch s.State {
	case StatePaused:
		s.Resume = p.Resume
	case StateClosed:
		s.Purge = purgeMonth(s.Track, s.Month, e.Day)
	case StateDiscarded:
		s.Purge = monthOf(AddDays(e.Day, DiscardDays))
	case StateReceived, StateTriage, StateQueryOpen, StateDocumented, StateCounselling,
		StateIntervention, StateReferred, StateAnonymised, StateErased:
	}
}

// Retention of domain.md §11, a proposal that the controller decides on.
const (
	DiscardDays             = 30 // a discarded case may be taken back for so long
	RetentionReportMonths   = 6  // track report: after the edition of its year, frozen on 31 March of the next
	RetentionCounselMonths  = 36 // track counselling: from the end of the year of closing
	freezeMonthAfterNewYear = 3
)

// purgeMonth gives the first month in which a case that was closed on day may be
// erased, or "" if a date is none. Whether it then is, the retention decides
// anew from the events.
func purgeMonth(track Track, received, day string) string {
	closed, err := time.Parse(dayLayout, day)
	if err != nil {
		return ""
	}
	if track == TrackCounselling {
		return newYear(closed).AddDate(1, RetentionCounselMonths, 0).Format(monthLayout)
	}
	told, err := time.Parse(monthLayout, received)
	if err != nil {
		return ""
	}
	edition := newYear(told).AddDate(1, freezeMonthAfterNewYear+RetentionReportMonths, 0)
	return max(edition.Format(monthLayout), monthOf(day))
}

func newYear(t time.Time) time.Time {
	return time.Date(t.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
}

// earliest gives the Monday of the week of the earlier of two days, each of
// which may be "". So the server never learns a deadline itself (protocol.md §6).
func earliest(a, b string) string {
	switch {
	case a == "" && b == "":
		return ""
	case a == "" || b != "" && b < a:
		a = b
	}
	return Monday(a)
}
