package caseweb

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type doneAnswer struct {
	Rev     int              `json:"rev"`
	State   incident.State   `json:"state"`
	Allowed []incident.Offer `json:"allowed"`
}

// An action is the request of one kind of act.
type action interface {
	head() stamp
	// fill writes the kind and the fields of the kind into a.
	fill(a *casework.Act)
}

// A checked action has faults that neither casework nor incident can see.
type checked interface {
	faults() incident.Faults
}

// A stamp stands in every act: which head the member saw, which act this is.
type stamp struct {
	Rev int    `json:"rev"`
	Op  string `json:"op"`
}

func (s stamp) head() stamp { return s }

// read gives the op, and what is wrong with the stamp.
func (s stamp) read() (incident.Op, incident.Faults) {
	var faults incident.Faults
	op := readOp(s.Op, &faults)
	if s.Rev < 1 || s.Rev > incident.MaxRev {
		faults = append(faults, incident.FieldError{Field: "rev", Key: "rev"})
	}
	return op, faults
}

// readOp reads the op of a request; a malformed one is added to the faults.
func readOp(text string, faults *incident.Faults) incident.Op {
	op, err := incident.ParseOp(text)
	if err != nil {
		*faults = append(*faults, incident.FieldError{Field: "op", Key: "op"})
	}
	return op
}

// opOf is readOp where nothing else can be wrong.
func opOf(text string) (incident.Op, error) {
	var faults incident.Faults
	op := readOp(text, &faults)
	return op, faults.Err()
}

// A sealed is a box, and the epoch of the key that it is sealed to.
type sealed struct {
	Epoch int    `json:"epoch"`
	Box   []byte `json:"box"`
}

func (b sealed) put(a *casework.Act) { a.Box, a.Public.Epoch = b.Box, b.Epoch }

// act answers the call for one kind of act.
func act[T action](s *Site) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, err := caseID(c)
		if err != nil {
			web.Fail(c, err)
			return
		}
		var in T
		if err := web.ReadJSON(c, &in); err != nil {
			web.Fail(c, err)
			return
		}
		a, err := read(in)
		if err != nil {
			web.Fail(c, err)
			return
		}
		done, err := s.Casework.Do(c.Request.Context(), member(identity(c)), id, a)
		if err != nil {
			web.Fail(c, conflict(err))
			return
		}
		web.JSON(c, http.StatusCreated, doneAnswer{done.Rev, done.State, orEmpty(done.Allowed)})
	}
}

// read turns a request into an act, with all its faults at once.
func read(in action) (casework.Act, error) {
	st := in.head()
	op, faults := st.read()
	a := casework.Act{Rev: st.Rev, Op: op}
	in.fill(&a)
	if c, ok := in.(checked); ok {
		faults = append(faults, c.faults()...)
	}
	return a, faults.Err()
}

// conflict gives the refusals of casework their answers; a refused move tells
// which ones are open.
func conflict(err error) error {
	var move *casework.MoveError
	if errors.Is(err, casework.ErrMember) {
		return web.Refuse(http.StatusConflict, "member")
	}
	if !errors.As(err, &move) {
		return upload(err)
	}
	return &web.Refusal{
		Status: http.StatusConflict, Key: "transition", Detail: map[string]any{"allowed": orEmpty(move.Allowed)},
	}
}
