package caseweb

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

// chunk gives one piece of a sealed file that an event of the case names. It is
// never anything but bytes to a browser: what is in it is known to the console
// alone.
func (s *Site) chunk(c *gin.Context) {
	id, err := caseID(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	n, err := number(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	data, err := s.Casework.Chunk(c.Request.Context(), member(identity(c)), id, c.Param("att"), n)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Header("Content-Disposition", "attachment")
	c.Data(http.StatusOK, "application/octet-stream", data)
}

// putChunk takes in one piece of a file that the console sealed, before the
// answer that names it.
func (s *Site) putChunk(c *gin.Context) {
	id, err := caseID(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	n, err := number(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	var data []byte
	bytes := c.ContentType() == "application/octet-stream"
	if bytes {
		data, err = io.ReadAll(c.Request.Body)
	}
	if err == nil {
		err = s.Casework.PutChunk(c.Request.Context(), member(identity(c)), id, c.Param("att"), n, data)
	}
	// Whose case it is comes first: a foreign one and none get the same bytes.
	if faults := (incident.Faults{}); !bytes && errors.As(err, &faults) {
		err = web.Refuse(http.StatusUnsupportedMediaType, "media_type")
	}
	if err != nil {
		web.Fail(c, upload(err))
		return
	}
	c.Status(http.StatusNoContent)
}

// number is the number of the piece in the address, in its one way of writing.
func number(c *gin.Context) (int, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || strconv.Itoa(n) != c.Param("n") {
		return 0, incident.ErrNotFound
	}
	return n, nil
}

// upload gives the refusals of files their answers.
func upload(err error) error {
	switch {
	case errors.Is(err, casework.ErrRoom):
		return errBusy
	case errors.Is(err, casework.ErrUpload):
		return web.Refuse(http.StatusConflict, "upload")
	}
	return err
}
