// Package caseweb is the office's site: the shell of the console and the JSON
// calls behind a member's session, which openapi.json describes.
//
// It cannot answer without a policy, opens and seals nothing, and never meets
// the residents' site. The console does its work in the browser; what is served
// here is sealed boxes and the little that the server must know.
package caseweb

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

// APIPrefix is where the office's calls begin.
const APIPrefix = "/api/v1/office"

// A Site is the office's site. All fields are needed but Passkeys and Built.
type Site struct {
	Auth       *auth.Service
	Casework   *casework.Service
	Taxonomy   incident.Taxonomy
	Statistics *Statistics
	// Districts name the places that reports and codings hold as codes.
	Districts []District
	// Veil lists the words that the console replaces by a button.
	Veil []string
	// AnswerDays is after how many working days a first answer is promised.
	AnswerDays int
	Templates  []incident.AnswerTemplate
	Bodies     []incident.Body // the referral directory
	// Page answers with a page of the frontend, by its name.
	Page func(c *gin.Context, status int, lang, name string, data any)
	// Passkeys says whether everybody needs a passkey; otherwise who has one.
	Passkeys bool
	// Checked gives the operator's last check of the store, or nil. It may be nil.
	Checked func() *Check
	// Built says whether the console's script was built into the program.
	Built bool
}

// Limits of a request: bytes of its body, and time for the work on it. A login
// may be made to wait before it is checked, see auth.Pace.
const (
	smallBody  = 8 << 10
	keyBody    = 32 << 10 // a passkey, its name and a locked key
	setUpBody  = 512 << 10
	epochBody  = 4 << 20 // a wrap, a vouch and a name for each of a desk's members
	boxBody    = 2 << 20 // a box of 1 MiB in base64, and its fields
	chunkBody  = incident.ChunkSize
	patience   = 20 * time.Second
	withPauses = 40 * time.Second
	longer     = 3 * time.Minute // a piece of a file on a slow line
)

// Routes lays the site's routes under r, which brings the headers and the log.
// Every call goes through guard with the policy of its row.
func (s *Site) Routes(r gin.IRouter) {
	r.GET("/office", s.toShell)
	r.GET("/office/", s.shell)
	api := r.Group(APIPrefix)
	for _, route := range s.table() {
		api.Handle(route.method, route.path, web.Body(route.body, route.time), s.guard(route), route.answer)
	}
}
