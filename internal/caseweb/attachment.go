package caseweb

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

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
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || strconv.Itoa(n) != c.Param("n") {
		web.Fail(c, incident.ErrNotFound)
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
