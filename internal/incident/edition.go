package incident

import "fmt"

// An EditionStep is one step of a year's statistics as a store keeps it: the
// release, or a correction in words. What is in it is not this package's.
type EditionStep struct {
	Year, Rev int
	Op        Op
	Bytes     []byte
}

// ID is the step's place: year and number, so that ids are in order.
func (s EditionStep) ID() string { return fmt.Sprintf("%04d:%08d", s.Year, s.Rev) }

// ParseStepID reads what ID wrote, and gives a step that holds nothing else.
func ParseStepID(id string) (EditionStep, error) {
	var s EditionStep
	if _, err := fmt.Sscanf(id, "%d:%d", &s.Year, &s.Rev); err != nil || s.ID() != id || s.Year < 1 || s.Rev < 1 {
		return EditionStep{}, fmt.Errorf("reading the place of a step: %w", errShape)
	}
	return s, nil
}
