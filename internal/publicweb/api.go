package publicweb

import (
	"encoding/base64"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// sealedReport takes in a report that the browser sealed.
func (s *Site) sealedReport(c *gin.Context) {
	var in struct {
		Locator string                `json:"locator"`
		Op      string                `json:"op"`
		Desk    string                `json:"desk"`
		Epoch   int                   `json:"epoch"`
		Track   incident.Track        `json:"track"`
		Box     []byte                `json:"box"`
		Att     []incident.Attachment `json:"att"`
	}
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	locator, op, err := envelopeOf(in.Locator, in.Op)
	if err == nil {
		err = s.Intake.Submit(c.Request.Context(), intake.SealedReport{
			Locator: locator, Op: op, Desk: in.Desk, Epoch: in.Epoch, Track: in.Track, Att: in.Att, Box: in.Box,
		})
	}
	s.taken(c, err)
}

// sealedMessage takes in a message that the browser sealed.
func (s *Site) sealedMessage(c *gin.Context) {
	var in struct {
		Locator string                `json:"locator"`
		Op      string                `json:"op"`
		Epoch   int                   `json:"epoch"`
		Box     []byte                `json:"box"`
		Att     []incident.Attachment `json:"att"`
	}
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	locator, op, err := envelopeOf(in.Locator, in.Op)
	if err == nil {
		err = s.Intake.Message(c.Request.Context(), intake.SealedMessage{Locator: locator, Op: op, Epoch: in.Epoch, Att: in.Att, Box: in.Box})
	}
	s.taken(c, err)
}

// taken answers a sealed act. An act that was sent before gets the same answer:
// the sender cannot know whether the first one arrived, and need not.
func (s *Site) taken(c *gin.Context, err error) {
	if err != nil {
		web.Fail(c, uploadRefusal(err))
		return
	}
	web.JSON(c, http.StatusCreated, map[string]string{"outcome": "accepted"})
}

// sealedMailbox gives what a locator opens, still sealed, in one size. A locator
// that opens nothing gets the same form.
func (s *Site) sealedMailbox(c *gin.Context) {
	var in struct {
		Locator string `json:"locator"`
	}
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	locator, err := locatorOf(in.Locator)
	if err != nil {
		web.Fail(c, err)
		return
	}
	m, err := s.Intake.Mailbox(c.Request.Context(), locator)
	if err == nil {
		err = web.PaddedJSON(c, http.StatusOK, step, m)
	}
	if err != nil {
		web.Fail(c, err)
	}
}

// envelopeOf reads what stands outside a box.
func envelopeOf(locator, op string) ([32]byte, incident.Op, error) {
	var faults incident.Faults
	l, err := locatorOf(locator)
	if err != nil {
		faults = append(faults, incident.FieldError{Field: "locator", Key: "shape"})
	}
	o, err := incident.ParseOp(op)
	if err != nil {
		faults = append(faults, incident.FieldError{Field: "op", Key: "shape"})
	}
	return l, o, faults.Err()
}

// locatorOf reads 32 bytes in base64url without padding.
func locatorOf(text string) ([32]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 32 {
		return [32]byte{}, incident.Faults{{Field: "locator", Key: "shape"}}
	}
	return [32]byte(raw), nil
}
