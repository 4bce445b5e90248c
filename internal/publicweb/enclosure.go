package publicweb

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// fileField is the name of the button that fetches a file from the office.
const fileField = "file"

// An Enclosure is a file that the office sent with an answer, as the page offers
// it: its name lies in the file itself, so a number stands here.
type Enclosure struct {
	Receipt, ID  string
	N, Megabytes int
}

func enclosures(receipt string, files []intake.File) []Enclosure {
	all := make([]Enclosure, len(files))
	for i, f := range files {
		all[i] = Enclosure{Receipt: receipt, ID: f.ID, N: i + 1, Megabytes: int((f.Size + 1<<20 - 1) >> 20)}
	}
	return all
}

// sealedPiece gives one piece of a file from the office, as it lies in the store.
func (s *Site) sealedPiece(c *gin.Context) {
	var in struct {
		Locator string `json:"locator"`
		ID      string `json:"id"`
		N       int    `json:"n"`
	}
	if err := web.ReadJSON(c, &in); err != nil {
		web.Fail(c, err)
		return
	}
	locator, id, err := envelopeOf(in.Locator, in.ID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	piece, err := s.Intake.Piece(c.Request.Context(), locator, id.String(), in.N)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Data(http.StatusOK, "application/octet-stream", piece)
}

// file sends a file from the office to somebody without JavaScript, under a name
// that says nothing. It is whole before its first byte goes out; if the store
// fails after that, the connection breaks, and the browser says so.
func (s *Site) file(c *gin.Context, receipt, id string) error {
	file, err := s.Intake.OpenFile(c.Request.Context(), receipt, id)
	switch {
	case errors.Is(err, intake.ErrFile), errors.Is(err, incident.ErrNotFound):
		return web.Refuse(http.StatusConflict, "file")
	case err != nil:
		return uploadRefusal(err)
	}
	web.Download(c, file.Name, file.Size, idle, s.Now, file)
	return nil
}
