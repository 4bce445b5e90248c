package caseweb

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// shellLanguage is the language of the console's shell; the console brings its
// own texts.
const shellLanguage = "de"

// shell answers with the page that loads the console. It holds nothing: what the
// console must know it asks for.
func (s *Site) shell(c *gin.Context) {
	if !s.Built {
		c.String(http.StatusServiceUnavailable, "The console was not built: run make web.\n")
		return
	}
	s.Page(c, http.StatusOK, shellLanguage, "shell", nil)
}

// toShell leads from the address as people type it to the one with the slash.
func (s *Site) toShell(c *gin.Context) {
	c.Redirect(http.StatusPermanentRedirect, "/office/")
}
