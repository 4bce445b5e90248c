package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"reflect"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
)

// ReadJSON reads a request's body into v. It takes application/json only, at
// most what the group's Body allows, one value, no unknown key, each key once
// and in its own letters; white space may follow, since scripts pad their
// requests. The error says nothing of the body.
func ReadJSON(c *gin.Context, v any) error {
	kind, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return Refuse(http.StatusUnsupportedMediaType, "media_type")
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return readFault(err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return readFault(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return readFault(err)
	}
	if walk := (keys{json: body}); !walk.exact(reflect.TypeOf(v)) {
		return readFault(nil)
	}
	return nil
}

// readFault keeps what the caller can act on and drops the rest: the text of a
// JSON error quotes the body.
func readFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return incident.Faults{{Field: "body", Key: "shape"}}
}

// JSON answers with v, written once and without escapes for HTML. Nothing that
// the office or a mailbox gets is compressed: its length would tell.
func JSON(c *gin.Context, status int, v any) {
	c.Header("Content-Type", "application/json; charset=utf-8")
	c.Status(status)
	enc := json.NewEncoder(c.Writer)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the client is gone; nothing is left to do
}

// PaddedJSON answers with v and white space up to the next multiple of step
// bytes, so that the length tells little.
func PaddedJSON(c *gin.Context, status, step int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "application/json; charset=utf-8")
	Padded(c, status, step, b)
	return nil
}

// Padded sends b and spaces up to the next multiple of step bytes.
func Padded(c *gin.Context, status, step int, b []byte) {
	for len(b)%step != 0 {
		n := min(step-len(b)%step, len(spaces))
		b = append(b, spaces[:n]...)
	}
	c.Status(status)
	_, _ = c.Writer.Write(b) // the client is gone; nothing is left to do
}

const spaces = "                                                                "
