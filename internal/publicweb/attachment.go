package publicweb

import (
	"encoding/binary"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// pieceHead stands before the bytes of a piece: locator, id of the file, number
// of the piece in four bytes, big endian. A header or an address would reach the
// log of a proxy.
const pieceHead = 32 + 16 + 4

// sealedChunk takes in a piece of a file that the browser sealed.
func (s *Site) sealedChunk(c *gin.Context) {
	if c.ContentType() != "application/octet-stream" {
		web.Fail(c, web.Refuse(http.StatusUnsupportedMediaType, "media_type"))
		return
	}
	body, err := io.ReadAll(c.Request.Body)
	if err == nil && len(body) <= pieceHead {
		err = incident.Faults{{Field: "body", Key: "shape"}}
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	n := binary.BigEndian.Uint32(body[48:])
	err = s.Intake.Chunk(c.Request.Context(), intake.SealedChunk{
		Locator: [32]byte(body), Attachment: incident.Op(body[32:48]), N: int(min(n, incident.MaxChunks)), Data: body[pieceHead:],
	})
	if err != nil {
		web.Fail(c, uploadRefusal(err))
		return
	}
	web.JSON(c, http.StatusCreated, map[string]string{"outcome": "accepted"})
}

// uploadRefusal gives intake's own errors of uploads their answers.
func uploadRefusal(err error) error {
	switch {
	case errors.Is(err, intake.ErrBusy), errors.Is(err, intake.ErrUploads):
		return web.Refuse(http.StatusServiceUnavailable, "busy")
	case errors.Is(err, intake.ErrUpload):
		return web.Refuse(http.StatusConflict, "upload")
	}
	return err
}

// The ticks about files, which stand before the field.
const (
	acceptField   = "accept_uncleaned"
	originalField = "keep_original"
)

// An uploadForm is a form and the files that came with it.
type uploadForm struct {
	intake.Form
	files  *intake.Parcel // nil if there were none
	chosen bool           // files were chosen, whatever became of them
	err    error          // why they could not be taken
}

// readUpload reads a form with files. begin makes the parcel once, from what the
// form said before its first file. Where that fails the files are skipped and
// the form comes back, since nobody should lose a text over a file. The same
// holds for a form that is too long or broke off: its error stands in the result,
// and only what is no form of ours, or too little of one, is an error here.
func readUpload(c *gin.Context, known func(string) bool, begin func(intake.Form, intake.Ticks) (*intake.Parcel, error)) (uploadForm, error) {
	var u uploadForm
	form, err := intake.ReadForm(c.Request, known, func(f intake.Form, name string, file io.Reader) error {
		if !u.chosen {
			u.chosen = true
			u.files, u.err = begin(f, intake.Ticks{AcceptUncleaned: f.Get(acceptField) != "", KeepOriginal: f.Get(originalField) != ""})
		}
		if u.err == nil {
			u.err = u.files.Add(c.Request.Context(), name, file)
		}
		return nil
	})
	if err != nil && form.Get("receipt") == "" {
		return uploadForm{}, err
	}
	if err != nil {
		u.err = err
	}
	u.Form, u.err = form, uploadRefusal(u.err)
	return u, nil
}
