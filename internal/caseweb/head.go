package caseweb

import (
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

type headsRequest struct {
	Digests string `json:"digests"`
}

type headsAnswer struct {
	Buckets []bucketAnswer `json:"buckets"`
}

type bucketAnswer struct {
	First string          `json:"first"`
	Cases []changedAnswer `json:"cases"`
}

type changedAnswer struct {
	Summary summaryAnswer `json:"summary"`
	Card    *cardAnswer   `json:"card,omitempty"`
}

type cardAnswer struct {
	Op    string `json:"op"`
	Epoch int    `json:"epoch"`
	Box   []byte `json:"box"`
}

// heads tells a console that has a list what changed since.
func (s *Site) heads(c *gin.Context) {
	var in headsRequest
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	digests, ok := digestsOf(in.Digests)
	if !ok {
		web.Fail(c, incident.Faults{{Field: "digests", Key: "digests"}})
		return
	}
	changed, err := s.Casework.Changes(c.Request.Context(), member(identity(c)), digests)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := headsAnswer{Buckets: make([]bucketAnswer, len(changed))}
	for i, b := range changed {
		answer.Buckets[i] = bucketOf(b)
	}
	web.JSON(c, http.StatusOK, answer)
}

func digestsOf(text string) ([casework.Buckets]casework.Digest, bool) {
	var digests [casework.Buckets]casework.Digest
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(digests)*len(digests[0]) {
		return digests, false
	}
	for i := range digests {
		copy(digests[i][:], raw[i*len(digests[i]):])
	}
	return digests, true
}

func bucketOf(b casework.Bucket) bucketAnswer {
	answer := bucketAnswer{First: hex.EncodeToString([]byte{b.First}), Cases: make([]changedAnswer, len(b.Cases))}
	for i, c := range b.Cases {
		answer.Cases[i].Summary = summaryOf(c)
		if len(c.Card) == casework.CardSize {
			answer.Cases[i].Card = &cardAnswer{c.CardOp.String(), c.CardEpoch, c.Card}
		}
	}
	return answer
}
