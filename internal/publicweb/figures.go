package publicweb

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/statistics"
	"github.com/beistand/beistand/internal/web"
)

// Figures are the yearly statistics as the public reads them: editions that were
// frozen and signed. An edition that does not verify is not served.
type Figures struct {
	Store   statistics.Store
	Key     string // the office's public key, hex
	Licence string // of the open data
	Office  string // who publishes them

	mu    sync.Mutex
	known map[[sha256.Size]byte]statistics.Published // verified once, by the hash of all steps
}

// maxKnown is more years than an office shows at a time.
const maxKnown = 50

// year gives the verified edition of a year; ErrNotFound if there is none.
func (f *Figures) year(ctx context.Context, year int) (statistics.Published, error) {
	steps, err := f.Store.Steps(ctx, year)
	if errors.Is(err, fs.ErrNotExist) {
		return statistics.Published{}, incident.ErrNotFound
	}
	if err != nil {
		return statistics.Published{}, errors.Join(incident.ErrUnavailable, err)
	}
	sum := sha256.New()
	for _, step := range steps {
		one := sha256.Sum256(step)
		sum.Write(one[:])
	}
	id := [sha256.Size]byte(sum.Sum(nil))
	// One at a time: verifying takes a second of work, and is done once.
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.known[id]; ok {
		return p, nil
	}
	p, err := statistics.ReadSteps(steps, f.Key)
	if err != nil {
		return p, err
	}
	if f.known == nil || len(f.known) >= maxKnown {
		f.known = map[[sha256.Size]byte]statistics.Published{}
	}
	f.known[id] = p
	return p, nil
}

// years gives the years that have an edition, the newest first.
func (f *Figures) years(ctx context.Context) ([]int, error) {
	years, err := f.Store.Years(ctx)
	if err != nil {
		return nil, errors.Join(incident.ErrUnavailable, err)
	}
	slices.Reverse(years)
	return years, nil
}

// A FiguresPage lists the years, and shows one.
type FiguresPage struct {
	Years []int
	Year  *FigureYear // nil on the list
}

// The files that are made of more than the bundle.
const (
	errataFile  = "errata"
	councilFile = "council"
)

// figures lists the years that have an edition.
func (s *Site) figures(c *gin.Context) {
	years, err := s.Figures.years(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.show(c, http.StatusOK, "statistics", FiguresPage{Years: years})
}

// A format is one file of an edition: the end of its name, its name for
// statistics.Export, its type, and the message that names it.
type format struct {
	Suffix, name, kind string
	listed             bool // on the page; the summary for the council is the office's to hand out
}

var formats = [...]format{
	{".csv", "csv", "text/csv; charset=utf-8", true},
	{".csv-metadata.json", "csvw", "application/csvm+json", true},
	{".ods", "ods", "application/vnd.oasis.opendocument.spreadsheet", true},
	{".edition.json", "", "application/json", true},
	{".errata.json", errataFile, "application/json", false},
	{".json", "jsonstat", "application/json", true},
	{".council.html", councilFile, "text/html; charset=utf-8", false},
}

// figure answers with the page of a year, or with one of its files.
func (s *Site) figure(c *gin.Context) {
	name := c.Param("file")
	if name == "catalog.jsonld" {
		s.catalog(c)
		return
	}
	text, suffix := name, ""
	if at := strings.IndexByte(name, '.'); at >= 0 {
		text, suffix = name[:at], name[at:]
	}
	year, err := strconv.Atoi(text)
	kind := slices.IndexFunc(formats[:], func(f format) bool { return f.Suffix == suffix })
	if err != nil || len(text) != 4 || year < 1 || suffix != "" && kind < 0 {
		web.Fail(c, incident.ErrNotFound)
		return
	}
	p, err := s.Figures.year(c.Request.Context(), year)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if suffix != "" {
		s.figureFile(c, p, formats[kind], year)
		return
	}
	page, err := s.yearPage(c, p)
	if err != nil {
		web.Fail(c, err)
		return
	}
	s.show(c, http.StatusOK, "statistics", page)
}

func (s *Site) figureFile(c *gin.Context, p statistics.Published, f format, year int) {
	body, err := s.figureBody(c, p, f.name)
	if err != nil {
		web.Fail(c, err)
		return
	}
	name := strconv.Itoa(year) + f.Suffix
	if f.name == "csv" {
		c.Header("Link", `<`+name+`-metadata.json>; rel="describedby"; type="application/csvm+json"`)
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Data(http.StatusOK, f.kind, body)
}

func (s *Site) figureBody(c *gin.Context, p statistics.Published, name string) ([]byte, error) {
	site := s.dataSite(c)
	switch name {
	case "":
		return p.Bundle, nil
	case errataFile:
		return p.ErrataFile()
	case councilFile:
		return statistics.Council(p, site.Lang)
	}
	for _, line := range p.Errata {
		site.Withdrawn = append(site.Withdrawn, line.Withdrawn...)
	}
	return statistics.Export(p.Bundle, name, site)
}

// catalog describes all editions for an open-data portal.
func (s *Site) catalog(c *gin.Context) {
	years, err := s.Figures.years(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	var all []statistics.Published
	for _, year := range years {
		p, err := s.Figures.year(c.Request.Context(), year)
		if err != nil {
			web.Fail(c, err)
			return
		}
		all = append(all, p)
	}
	body, err := statistics.Catalog(all, s.dataSite(c))
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.Data(http.StatusOK, "application/ld+json", body)
}

// dataSite says where the files are found, and in which of the two languages of
// the open data they speak.
func (s *Site) dataSite(c *gin.Context) statistics.Site {
	lang := "de"
	if s.lang(c) == "en" {
		lang = "en"
	}
	return statistics.Site{URL: s.Origin, Licence: s.Figures.Licence, Office: s.Figures.Office, Lang: lang}
}
