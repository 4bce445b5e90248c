package incident

import "slices"

// An Act is what a request asks for and an approval grants.
type Act string

// The acts that need two people (docs/architecture.md, Who may do what). A
// resident's withdrawal is the request to erase.
const (
	ActDiscard Act = "discard" // spam, test or duplicate
	ActErase   Act = "erase"   // of a whole case
	ActExport  Act = "export"  // raw export of a case
)

// A Guard is a condition that the server checks before a case moves.
type Guard string

// The guards of domain.md §6, column S.
const (
	GuardAssignment  Guard = "has_assignment"   // somebody has the case
	GuardCoding      Guard = "has_coding"       // the office has coded it
	GuardAnswer      Guard = "has_answer"       // the office has answered
	GuardAnswerNewer Guard = "answer_newer"     // it answered after the resident's last word
	GuardConsent     Guard = "has_consent"      // what the resident allows is recorded
	GuardDeadline    Guard = "has_deadline"     // deadlines were looked at, even if none applies
	GuardWroteAgain  Guard = "wrote_again"      // the resident wrote since the case came to this state
	GuardSilent30    Guard = "silent_30_days"   // 30 days passed since then
	GuardSilent90    Guard = "silent_90_days"   // the resident has been silent for 90 days
	GuardResumeDay   Guard = "resume_day"       // the move names a day of return
	GuardResumeCome  Guard = "resume_day_come"  // that day has come
	GuardReason      Guard = "reason"           // the move names a reason code of the transition
	GuardWithin30    Guard = "within_30_days"   // of being discarded
	GuardWithin12    Guard = "within_12_months" // of being closed
	GuardApproved    Guard = "approved"         // another member approved a request or the withdrawal
	GuardNoHold      Guard = "no_hold"          // no coordinator's note forbids erasure
	GuardRetention   Guard = "retention_over"   // the month of erasure has come
	GuardEdition     Guard = "edition_released" // statistics of the year are frozen, or waived
)

// A Check is a condition that only a member's browser can see, because it needs
// the report's words (domain.md §6, column B). The move names the checks made.
type Check string

// The checks.
const (
	CheckCoded      Check = "coded"       // a ground, an area, a respondent, outcome documented_only
	CheckMayAsk     Check = "may_ask"     // rung answer_me or higher, or the tick "may ask"
	CheckArt9       Check = "art9"        // explicit consent is recorded
	CheckQuestions  Check = "questions"   // deadline questions are answered; unknown is an answer
	CheckRemit      Check = "remit"       // outside our remit, the resident was told, nothing was sent
	CheckNewFacts   Check = "new_facts"   // wants counselling, or tells new facts
	CheckDocumented Check = "documented"  // outcome documented_only
	CheckMandate    Check = "mandate"     // written authorisation if anything goes to a third party
	CheckWaiting    Check = "waiting"     // the resident asked for time, or a third party has to answer
	CheckRecipient  Check = "recipient"   // the resident consented to this recipient
	CheckOutcome    Check = "outcome"     // the outcome is set
	CheckSafeDay    Check = "safe_day"    // no safe day within 14 days, or a written reason
	CheckResult     Check = "result"      // the result of the intervention is recorded
	CheckToldBefore Check = "told_before" // the resident was told before
	CheckHandedBack Check = "handed_back" // the recipient handed it back, or the resident came
	CheckRungRaised Check = "rung_raised" // made by the mailbox, not by a member
	CheckWaitingOn  Check = "waiting_on"  // waiting for a statement
)

// Who may move a case, beside a member's role.
type Who string

// The movers of domain.md §6. A caseworker means: caseworker or coordinator.
const (
	WhoResident    Who = "resident"
	WhoCaseworker  Who = "caseworker"
	WhoCoordinator Who = "coordinator"
	WhoSystem      Who = "system"
)

// A Transition is one row of the table: how a case may come from one state to
// another.
type Transition struct {
	From, To State
	Tracks   []Track // on which it exists
	Who      []Who
	Kinds    []Kind   // of the events that make the move, in order for four eyes
	FourEyes bool     // one member asks, another approves
	Guards   []Guard  // of every mover
	System   []Guard  // of a timer, in addition
	Checks   []Check  // of a member's browser
	Codes    []string // reasons, of which a member names one; none if empty
}

var (
	bothTracks  = []Track{TrackReport, TrackCounselling}
	onlyReport  = []Track{TrackReport}
	onlyAdvice  = []Track{TrackCounselling}
	caseworker  = []Who{WhoCaseworker}
	members     = []Who{WhoCaseworker, WhoCoordinator}
	coordinator = []Who{WhoCoordinator}
	move        = []Kind{KindTransition}
	twoPeople   = []Kind{KindRequest, KindApproval}
	erasing     = []Kind{KindWithdrawal, KindRequest, KindApproval, KindTransition}

	discardCodes  = []string{"spam", "test", "duplicate"}
	takeBackCodes = []string{"mistake", "new_facts"}
	reopenCodes   = []string{"resident_asked", "new_facts", "mistake"}
)

// Transitions is the whole workflow of domain.md §6, in the order of
// workflow.csv, to which a test holds it. The case is made by NewCase, which is
// the row from nothing to received.
var Transitions = []Transition{
	{From: StateReceived, To: StateTriage, Tracks: bothTracks, Who: members, Kinds: move, Guards: []Guard{GuardAssignment}},
	{From: StateReceived, To: StateDiscarded, Tracks: bothTracks, Who: coordinator, Kinds: twoPeople, FourEyes: true, Guards: []Guard{GuardApproved, GuardReason}, Codes: discardCodes},
	{From: StateTriage, To: StateTriage, Tracks: onlyReport, Who: []Who{WhoResident}, Kinds: []Kind{KindConsent}, Checks: []Check{CheckRungRaised}},
	{From: StateTriage, To: StateDocumented, Tracks: onlyReport, Who: caseworker, Kinds: move, Guards: []Guard{GuardCoding}, Checks: []Check{CheckCoded}},
	{From: StateTriage, To: StateQueryOpen, Tracks: bothTracks, Who: caseworker, Kinds: move, Guards: []Guard{GuardAnswerNewer}, Checks: []Check{CheckMayAsk}},
	{From: StateQueryOpen, To: StateTriage, Tracks: bothTracks, Who: []Who{WhoResident, WhoSystem}, Kinds: []Kind{KindMessage, KindTransition}, System: []Guard{GuardSilent30}},
	{From: StateTriage, To: StateCounselling, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardConsent, GuardDeadline}, Checks: []Check{CheckArt9, CheckQuestions}},
	{From: StateTriage, To: StateReferred, Tracks: bothTracks, Who: caseworker, Kinds: move, Guards: []Guard{GuardAnswer}, Checks: []Check{CheckRemit}},
	{From: StateTriage, To: StateDiscarded, Tracks: bothTracks, Who: coordinator, Kinds: twoPeople, FourEyes: true, Guards: []Guard{GuardApproved, GuardReason}, Codes: discardCodes},
	{From: StateDiscarded, To: StateTriage, Tracks: bothTracks, Who: coordinator, Kinds: move, Guards: []Guard{GuardWithin30, GuardReason}, Codes: takeBackCodes},
	{From: StateDocumented, To: StateTriage, Tracks: onlyReport, Who: []Who{WhoCaseworker, WhoResident}, Kinds: []Kind{KindMessage, KindTransition}, Guards: []Guard{GuardWroteAgain}, Checks: []Check{CheckNewFacts}},
	{From: StateDocumented, To: StateClosed, Tracks: onlyReport, Who: []Who{WhoCaseworker, WhoSystem}, Kinds: move, Guards: []Guard{GuardCoding}, System: []Guard{GuardSilent30}, Checks: []Check{CheckDocumented}},
	{From: StateCounselling, To: StateIntervention, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Checks: []Check{CheckMandate}},
	{From: StateCounselling, To: StatePaused, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardResumeDay}, Checks: []Check{CheckWaiting}},
	{From: StateCounselling, To: StateReferred, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardConsent}, Checks: []Check{CheckRecipient}},
	{From: StateCounselling, To: StateClosed, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardCoding, GuardAnswer}, Checks: []Check{CheckOutcome, CheckSafeDay}},
	{From: StateIntervention, To: StateCounselling, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Checks: []Check{CheckResult}},
	{From: StateIntervention, To: StatePaused, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardResumeDay}, Checks: []Check{CheckWaitingOn}},
	{From: StateIntervention, To: StateReferred, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardConsent}, Checks: []Check{CheckRecipient}},
	{From: StateIntervention, To: StateClosed, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardCoding, GuardAnswer}, Checks: []Check{CheckOutcome, CheckSafeDay}},
	{From: StatePaused, To: StateCounselling, Tracks: onlyAdvice, Who: []Who{WhoCaseworker, WhoResident, WhoSystem}, Kinds: []Kind{KindMessage, KindTransition}, System: []Guard{GuardResumeCome}},
	{From: StatePaused, To: StateClosed, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Guards: []Guard{GuardAnswer, GuardSilent90}, Checks: []Check{CheckToldBefore, CheckSafeDay}},
	{From: StateReferred, To: StateCounselling, Tracks: onlyAdvice, Who: caseworker, Kinds: move, Checks: []Check{CheckHandedBack}},
	{From: StateReferred, To: StateClosed, Tracks: bothTracks, Who: caseworker, Kinds: move, Guards: []Guard{GuardCoding}, Checks: []Check{CheckSafeDay}},
	{From: StateClosed, To: StateCounselling, Tracks: onlyAdvice, Who: members, Kinds: move, Guards: []Guard{GuardWithin12, GuardReason}, Codes: reopenCodes},
	{From: StateClosed, To: StateTriage, Tracks: onlyReport, Who: members, Kinds: move, Guards: []Guard{GuardWithin12, GuardReason}, Codes: reopenCodes},
	{From: StateClosed, To: StateAnonymised, Tracks: bothTracks, Who: []Who{WhoSystem}, Kinds: move, Guards: []Guard{GuardRetention, GuardNoHold, GuardEdition}},
	{From: StateDiscarded, To: StateErased, Tracks: bothTracks, Who: []Who{WhoSystem}, Kinds: move, System: []Guard{GuardRetention}},
	erasure(StateReceived, bothTracks),
	erasure(StateTriage, bothTracks),
	erasure(StateQueryOpen, bothTracks),
	erasure(StateDocumented, onlyReport),
	erasure(StateCounselling, onlyAdvice),
	erasure(StateIntervention, onlyAdvice),
	erasure(StatePaused, onlyAdvice),
	erasure(StateReferred, bothTracks),
	erasure(StateClosed, bothTracks),
}

// erasure is the row that erases a case from any state but discarded: asked for
// by the resident or a member, approved by another, done by the system.
func erasure(from State, tracks []Track) Transition {
	return Transition{
		From: from, To: StateErased, Tracks: tracks, Who: []Who{WhoCoordinator, WhoSystem}, Kinds: erasing,
		FourEyes: true, Guards: []Guard{GuardApproved, GuardNoHold},
	}
}

// Mover gives what a member with the role counts as in the table, or "" if the
// role moves nothing.
func (r Role) Mover() Who {
	switch r {
	case RoleCaseworker:
		return WhoCaseworker
	case RoleCoordinator:
		return WhoCoordinator
	case RoleAdmin:
	}
	return ""
}

// By says whether the mover may make the transition. A coordinator may do what
// a caseworker may.
func (t Transition) By(w Who) bool {
	return slices.Contains(t.Who, w) || w == WhoCoordinator && slices.Contains(t.Who, WhoCaseworker)
}

// find gives the row that leads from the case's state to another.
func (c *Case) find(to State) (Transition, bool) {
	for _, t := range Transitions {
		if t.From == c.State && t.To == to && slices.Contains(t.Tracks, c.Track) {
			return t, true
		}
	}
	return Transition{}, false
}
