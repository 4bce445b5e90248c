package casework

import "github.com/beistand/beistand/internal/incident"

// CardSize is the length of a card's box in bytes: nonce 12, frame 1,024, tag 16
// (protocol.md §7).
const CardSize = 1052

// checkBox looks at a box from outside. It keeps plaintext and boxes for the
// wrong number of people out: an answer that only the office could open, a note
// that somebody else could.
func (s *Service) checkBox(kind incident.Kind, box []byte) error {
	fault := incident.Faults{{Field: "box", Key: "box"}}
	if kind == incident.KindCard {
		if len(box) != CardSize {
			return fault
		}
		return nil
	}
	for _, n := range recipients(kind) {
		if s.CheckBox(string(kind), box, n) == nil {
			return nil
		}
	}
	return fault
}

// recipients says to how many keys a member's box of the kind may be sealed
// (protocol.md §6): 2 are the resident and the desk, 1 is the desk.
func recipients(kind incident.Kind) []int {
	switch kind {
	case incident.KindAnswer, incident.KindConsent:
		return []int{2}
	case incident.KindDeadline, incident.KindAttachment:
		return []int{2, 1}
	case incident.KindNote, incident.KindCoding, incident.KindTransition, incident.KindAssignment,
		incident.KindRequest, incident.KindApproval:
		return []int{1}
	case incident.KindReport, incident.KindMessage, incident.KindCard, incident.KindAccess, incident.KindWithdrawal,
		incident.KindSite, incident.KindMember, incident.KindKey, incident.KindLogin, incident.KindExport,
		incident.KindErasure, incident.KindEdition, incident.KindSettings, incident.KindDrill, incident.KindAlarm,
		incident.KindRestore, incident.KindCheckpoint:
	}
	return nil
}

// checkEpoch takes only the epochs of the desk that the operator has pinned and
// that are in use now, or were two days ago.
func (s *Service) checkEpoch(desk string, epoch int) error {
	now := s.Now()
	for _, k := range s.Keys() {
		if k.Desk == desk && k.Epoch == epoch && k.Accepts(now) {
			return nil
		}
	}
	return incident.ErrEpoch
}
