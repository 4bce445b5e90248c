package incident

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// The errors that cross package borders. Ask for them with errors.Is.
var (
	// ErrNotFound says that there is no such thing, or that it was erased. It
	// is also fs.ErrNotExist.
	ErrNotFound error = kindError{"not found", fs.ErrNotExist}
	// ErrConflict says that somebody was first: read again, decide again. It is
	// also fs.ErrExist.
	ErrConflict error = kindError{"somebody was first", fs.ErrExist}
	// ErrUnclear says that nobody knows yet whether the act was stored. The
	// same act, sent again with the same op, cannot happen twice.
	ErrUnclear = errors.New("outcome not known")
	// ErrUnavailable says that the store cannot be reached and that nothing was
	// stored.
	ErrUnavailable = errors.New("store not available")
	// ErrErased says that this receipt's case was erased: nothing can be stored
	// under it any more, and a new receipt is needed.
	ErrErased = errors.New("case was erased")
	// ErrChain says that a stored chain does not verify.
	ErrChain = errors.New("chain is broken")
	// ErrTransition says that the case may not move like this now.
	ErrTransition = errors.New("no such transition")
	// ErrForbidden says that this member may not do this.
	ErrForbidden = errors.New("not allowed")
	// ErrEpoch says that the key a report was sealed to is not in use (any more).
	ErrEpoch = errors.New("key of another time")
	// ErrFull says that a case has all the events it may have.
	ErrFull = errors.New("too many events in one case")
	// ErrUnknownKind says that a newer program wrote to this case; this one may
	// read it and must not write.
	ErrUnknownKind = errors.New("written by a newer program")

	errShape = errors.New("wrong form")
)

// A kindError is also an error of io/fs, for packages that do not import incident.
type kindError struct {
	text string
	kind error
}

func (e kindError) Error() string        { return e.text }
func (e kindError) Is(target error) bool { return target == e.kind }

// A FieldError is one fault of a form: where, and the key of its text. It never
// holds what was typed.
type FieldError struct {
	Field string `json:"field"`
	Key   string `json:"key"`
}

// Faults are all faults of one form, in the order of the form.
type Faults []FieldError

// Error names fields and keys, never what was typed.
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, e := range f {
		parts[i] = e.Field + " " + e.Key
	}
	return "form has faults: " + strings.Join(parts, ", ")
}

// Err gives the faults as an error, or nil if there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Has says whether the field has a fault with this key.
func (f Faults) Has(field, key string) bool {
	return slices.Contains(f, FieldError{field, key})
}
