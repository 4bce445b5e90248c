package main

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/caseweb"
	"github.com/beistand/beistand/internal/casework"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/seal"
	"github.com/beistand/beistand/internal/web"
)

// sites are both sites, wired with one state of the operator's pinned keys.
type sites struct {
	handler  http.Handler
	casework *casework.Service
	ring     *intake.Keyring
	announce func(ctx context.Context) error // lets every footer lead to the statistics, once there are some
}

// now is the office's clock: its days and months are those of its zone. Logins
// and sessions have the machine's own.
func (s *server) now() time.Time { return time.Now().In(s.zone).AddDate(0, 0, s.ahead) }

// wire is the one page on which everything meets.
func (s *server) wire(pinned config.Keys) (*sites, error) {
	keys, err := s.pinnedKeys(pinned)
	if err != nil {
		return nil, err
	}
	ring, err := intake.NewKeyring(keys)
	if err != nil {
		return nil, err
	}
	check, err := s.checker()
	if err != nil {
		return nil, err
	}
	residents := &intake.Service{
		Store: s.db, Keys: func() *intake.Keyring { return ring }, Check: check,
		Site: s.config.Site.ID, Uploads: &s.uploads, Now: s.now, Rand: rand.Reader,
	}
	office := s.office(keys)
	rules, rulesText, err := s.deadlineRules()
	if err != nil {
		return nil, err
	}
	pages, err := frontend.New(s.pages(ring, rulesText))
	if err != nil {
		return nil, err
	}
	public := &publicweb.Site{
		Intake: residents, Pages: pages, Taxonomy: check.Taxonomy, Desks: publicDesks(s.config), Districts: publicDistricts(s.config),
		Rules: rules, ID: s.config.Site.ID, Origin: s.address, Exit: s.config.Site.Exit, Answer: s.config.Office.FirstAnswerDays,
		Security: publicweb.Security{Contact: s.config.Security.Contact, Days: securityDays},
		Gates:    s.gates, Now: s.now,
	}
	figures, err := s.figures()
	if err != nil {
		return nil, err
	}
	if public.Figures, err = publicFigures(figures); err != nil {
		return nil, err
	}
	templates, err := answerTemplates(s.data.Answers)
	if err != nil {
		return nil, err
	}
	console := s.console(office, figures, check.Taxonomy, templates, pages)
	headers := web.Headers{TLS: strings.HasPrefix(s.config.Site.Origin, "https://"), Onion: s.config.Site.Onion}
	residentsSide := web.SetHeaders(web.PublicHeaders(headers))
	engine := web.New(func(c *gin.Context) {
		residentsSide(c)
		public.Missing(c)
	})
	public.Routes(engine.Group("", residentsSide, s.publicLog.Watch, s.totals.Watch))
	console.Routes(engine.Group("", web.SetHeaders(web.OfficeHeaders(headers)), web.OfficeLog(s.log, time.Now)))
	announce := func(ctx context.Context) error {
		years, err := s.db.Years(ctx)
		pages.ShowFigures(len(years) > 0)
		return err
	}
	figures.Announce = announce
	return &sites{handler: engine.Handler(), casework: office, ring: ring, announce: announce}, nil
}

// office is the members' side of the office.
func (s *server) office(keys []incident.PinnedKey) *casework.Service {
	desks := desksOf(s.config)
	return &casework.Service{
		Store: s.db, Files: s.db, Room: &s.uploads, Ledger: s.db, Keeper: s.db, Site: s.config.Site.ID,
		Keys:     func() []incident.PinnedKey { return keys },
		Desks:    func() []incident.Desk { return desks },
		CheckBox: seal.CheckBox, Now: s.now, Rand: rand.Reader,
	}
}

// checked gives the last run of verify on this machine, or nil.
func (s *server) checked() *caseweb.Check {
	notes, err := readOperations(s.config.Data)
	if err != nil || notes.Verify == nil {
		return nil
	}
	return &caseweb.Check{Day: notes.Verify.Day, Faults: notes.Verify.Found}
}

// console is the office's site.
func (s *server) console(office *casework.Service, figures *caseweb.Statistics, taxonomy incident.Taxonomy, templates []incident.AnswerTemplate, pages *frontend.Renderer) *caseweb.Site {
	return &caseweb.Site{
		Auth: &auth.Service{
			Store: s.db, Keys: s.tokens, Pace: s.pace, Site: s.config.Site.ID, Origin: s.base, Now: time.Now, Rand: rand.Reader,
		},
		Passkeys:   s.config.Auth.RequirePasskey,
		Casework:   office,
		Taxonomy:   taxonomy,
		Districts:  officeDistricts(s.config),
		Veil:       s.veiled,
		AnswerDays: s.config.Office.FirstAnswerDays,
		Statistics: figures,
		Templates:  templates,
		Bodies:     bodiesOf(s.data.Bodies),
		Checked:    s.checked,
		Page: func(c *gin.Context, status int, lang, name string, data any) {
			web.Page(c, status, pages, lang, name, data)
		},
		Built: pages.Built(),
	}
}

// securityDays is how long security.txt is good (RFC 9116 wants less than a year).
const securityDays = 180

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
