package incident

// A State says where a case stands (domain.md §6).
type State string

// The twelve states.
const (
	StateReceived     State = "received"     // sent; nobody works on it yet
	StateTriage       State = "triage"       // a caseworker looks at it
	StateQueryOpen    State = "query_open"   // a question lies in the mailbox
	StateDocumented   State = "documented"   // track report: coded, it counts
	StateCounselling  State = "counselling"  // track counselling: advice goes on
	StateIntervention State = "intervention" // something is being done towards the other side
	StatePaused       State = "paused"       // waits until a day; deadlines go on
	StateReferred     State = "referred"     // another body helps
	StateClosed       State = "closed"       // done; may be reopened for twelve months
	StateDiscarded    State = "discarded"    // spam, test or duplicate; erased after 30 days
	StateAnonymised   State = "anonymised"   // final: erased after its time
	StateErased       State = "erased"       // final: erased on request or after discarding
)

// States lists all states in the order of a case's life.
var States = []State{
	StateReceived, StateTriage, StateQueryOpen, StateDocumented, StateCounselling, StateIntervention,
	StatePaused, StateReferred, StateClosed, StateDiscarded, StateAnonymised, StateErased,
}

// Valid says whether s is one of the states.
func (s State) Valid() bool {
	for _, t := range States {
		if s == t {
			return true
		}
	}
	return false
}

// Final says whether nothing of the case is left but its last event.
func (s State) Final() bool { return s == StateAnonymised || s == StateErased }

// Open says whether somebody still has to do something for the case.
func (s State) Open() bool {
	switch s {
	case StateReceived, StateTriage, StateQueryOpen, StateCounselling, StateIntervention, StatePaused, StateReferred, StateDocumented:
		return true
	case StateClosed, StateDiscarded, StateAnonymised, StateErased:
		return false
	}
	return false
}

// A Track says whether a case is only documented or also advised.
type Track string

// The tracks. Only the resident can turn a report into counselling.
const (
	TrackReport      Track = "report"
	TrackCounselling Track = "counselling"
)

// Valid says whether t is one of the tracks.
func (t Track) Valid() bool { return t == TrackReport || t == TrackCounselling }
