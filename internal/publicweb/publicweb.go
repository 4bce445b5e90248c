// Package publicweb is the residents' site: start page, form, receipt, mailbox,
// information pages, quick exit, and the few JSON calls of the page's script.
//
// It cannot open a report, set a cookie, or keep anything: it reads a request,
// calls intake once and renders a page. It knows no member and no caseworker's
// tool.
package publicweb

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/web"
)

// A Site is the residents' site. All fields but Districts and Security are needed.
type Site struct {
	Intake    *intake.Service
	Pages     *web.Pages // its first language is that of browsers that ask for none of them
	Taxonomy  incident.Taxonomy
	Desks     []Desk         // the first is pre-set
	Districts []District     // beside "outside" and "unknown"
	Rules     incident.Rules // of deadlines
	ID        string         // site.id, which the script needs to derive receipts
	Origin    string         // address that people type, of the settings or the listener's own: never what a request says; without a slash at the end
	Exit      string         // neutral page that quick exit goes to
	Answer    int            // working days until a first answer; 0 if none is promised
	Security  Security
	Figures   *Figures
	Gates     *Gates
	Now       func() time.Time // in the office's time zone
}

// A Desk is one choice of who shall read. Name and Operator are texts of the
// office by language; the empty tag stands for every language.
type Desk struct {
	ID         string
	Name       map[string]string
	Operator   map[string]string
	PublicBody bool
	Conflict   []string // codes about which this desk could judge its own house
}

// A District is a part of the city that the form offers.
type District struct {
	ID   string
	Name map[string]string
}

// Security is what /.well-known/security.txt says. Without a contact there is
// no such file. It is good for so many days from each answer on.
type Security struct {
	Contact string
	Days    int
}

// What a public request may send and how long it may take. A sealed report in a
// frame of 256 KiB is about 350 KB in base64; larger frames, which no form can
// fill, are refused. A full form without a script is about 64 KiB.
const (
	maxBody  = 512 << 10
	deadline = 30 * time.Second

	figuresAtOnce = 32
)

// What is worked on at a time, for each of the three gates, and how long others
// wait: as long as people do before they press "send" again.
const (
	atOnce   = 256
	reserved = 64 // of these, for networks that ask for little
	waiting  = 1024
	patience = 20 * time.Second

	pieceCost = 0.1 // a file of 10 MiB is 41 pieces
)

// Gates stand before what residents send. They outlive the Site, which is made
// anew with each reading of the keys.
type Gates struct {
	forms, calls, pieces web.Gate
}

// NewGates makes the gates, which share what they know of networks.
func NewGates(n *web.Networks) *Gates {
	gate := func(cost float64) web.Gate {
		return web.Gate{Networks: n, Places: atOnce, Reserved: reserved, Waiting: waiting, Patience: patience, Cost: cost}
	}
	return &Gates{forms: gate(1), calls: gate(1), pieces: gate(pieceCost)}
}

// What a form with files may take, and for how long nothing of it may come. A
// piece of a file is one of 256 KiB behind the words that say which.
const (
	uploading = 30 * time.Minute
	idle      = 30 * time.Second
	maxPiece  = pieceHead + incident.ChunkSize
	piece     = 3 * time.Minute
)

// step is what the size of every mailbox answer is a multiple of.
const step = 64 << 10

// Routes lays all routes of the site. Whoever lays them sets the headers of the
// public site on r.
func (s *Site) Routes(r gin.IRouter) {
	pages := r.Group("/", web.ErrorPages(s.failure))
	pages.GET("/", s.choose)
	pages.GET("/exit", s.leave)
	pages.GET("/robots.txt", s.robots)
	pages.GET("/.well-known/security.txt", s.security)
	pages.GET("/assets/:name", s.asset)
	pages.GET("/:lang", s.slash)

	spoken := pages.Group("/:lang", s.spoken)
	spoken.GET("/", s.page("start"))
	for _, name := range [...]string{"rights", "privacy", "accessibility", "imprint", "safety"} {
		spoken.GET("/"+name, s.page(name))
	}
	spoken.GET("/report", s.form)
	spoken.GET("/note", s.note)
	spoken.GET("/mailbox", s.mailbox)
	data := spoken.Group("/statistics", web.AtMost(figuresAtOnce))
	data.GET("", s.figures)
	data.GET("/:file", s.figure)

	limit := []gin.HandlerFunc{s.Gates.calls.Admit, web.Body(maxBody, deadline)}
	files := []gin.HandlerFunc{s.Gates.forms.Admit, web.Patient(idle, s.Now), web.Body(intake.MaxUpload+maxBody, uploading)}
	posts := spoken.Group("", files...)
	posts.POST("/report", s.report)
	posts.POST("/mailbox", s.open)

	calls := r.Group("/api/v1", limit...)
	calls.POST("/reports", s.sealedReport)
	calls.POST("/messages", s.sealedMessage)
	calls.POST("/consents", s.sealedConsent)
	calls.POST("/withdrawals", s.sealedWithdrawal)
	calls.POST("/mailbox", s.sealedMailbox)
	pieces := r.Group("/api/v1", s.Gates.pieces.Admit, web.Patient(idle, s.Now), web.Body(maxPiece, piece))
	pieces.POST("/chunks", s.sealedChunk)
	pieces.POST("/pieces", s.sealedPiece)
}

// Missing answers for addresses that do not exist.
func (s *Site) Missing(c *gin.Context) {
	web.ErrorPages(s.failure)(c)
	web.Fail(c, web.Refuse(http.StatusNotFound, "not_found"))
}
