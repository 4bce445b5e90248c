package publicweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/web"
)

// An ErrorPage is shown where no form can come back.
type ErrorPage struct {
	Key string // of problem.…
	ID  string // of the log line, if the fault is ours
}

// A PlainPage is a page whose text needs no data.
type PlainPage struct{}

// problems are the failures that have a page text of their own.
var problems = [...]string{
	"not_found", "unavailable", "unclear", "busy", "too_large", "too_slow", "form", "cross_origin", "closed", "internal",
}

// failure shows a failure as a page, in the language of the address or else in
// the one the browser asks for.
func (s *Site) failure(c *gin.Context, f web.Failure) {
	page := ErrorPage{Key: f.Key, ID: f.ID}
	if !slices.Contains(problems[:], f.Key) {
		page.Key = "form"
		if f.Status >= http.StatusInternalServerError {
			page.Key = "internal"
		}
	}
	if f.Key == "busy" { // many get this one at once: it is packed once
		web.FreshPage(c, f.Status, s.Pages, s.lang(c), "error", page)
		return
	}
	s.show(c, f.Status, "error", page)
}

func (s *Site) show(c *gin.Context, status int, name string, page any) {
	web.Page(c, status, s.Pages, s.lang(c), name, page)
}

// fresh shows a form into which nobody has written, with a receipt of its own in
// 32 digits and in eight groups.
func (s *Site) fresh(c *gin.Context, name string, page any, receipt string) {
	var groups []string
	for at := range slices.Chunk([]byte(receipt), 4) {
		groups = append(groups, string(at))
	}
	web.FreshPage(c, http.StatusOK, s.Pages, s.lang(c), name, page, receipt, strings.Join(groups, "</span> <span>"))
}

// page answers with a page that says the same to everybody.
func (s *Site) page(name string) gin.HandlerFunc {
	return func(c *gin.Context) { s.show(c, http.StatusOK, name, PlainPage{}) }
}

// spoken stops addresses that begin with no language of ours.
func (s *Site) spoken(c *gin.Context) {
	if !slices.Contains(s.Pages.Languages(), c.Param("lang")) {
		web.Fail(c, web.Refuse(http.StatusNotFound, "not_found"))
	}
}

// slash leads from /de to /de/.
func (s *Site) slash(c *gin.Context) {
	if s.spoken(c); !c.IsAborted() {
		c.Redirect(http.StatusSeeOther, "/"+c.Param("lang")+"/")
	}
}

// choose leads to the start page in a language that the browser asks for.
func (s *Site) choose(c *gin.Context) {
	c.Header("Vary", "Accept-Language")
	c.Redirect(http.StatusSeeOther, "/"+s.preferred(c.Request.Header.Get("Accept-Language"))+"/")
}

// lang is the language of the address, or a guess where it has none.
func (s *Site) lang(c *gin.Context) string {
	for _, tag := range [...]string{c.Param("lang"), strings.Split(strings.TrimPrefix(c.Request.URL.Path, "/"), "/")[0]} {
		if slices.Contains(s.Pages.Languages(), tag) {
			return tag
		}
	}
	return s.preferred(c.Request.Header.Get("Accept-Language"))
}

// preferred picks the language that the browser likes best among ours, by its
// main tag. Easy Language is never guessed: it is chosen.
func (s *Site) preferred(accept string) string {
	languages := s.Pages.Languages()
	best, weight := languages[0], 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.ReplaceAll(rest, " ", ""), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		main, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if q > weight && slices.Contains(languages, main) {
			best, weight = main, q
		}
	}
	return best
}

// leave empties what the browser keeps of this site and goes on to a neutral page.
func (s *Site) leave(c *gin.Context) {
	c.Header("Clear-Site-Data", `"cache", "storage"`)
	c.Redirect(http.StatusSeeOther, s.Exit)
}

// lasting is for the console's files, whose names change with their content.
// What the public site loads is not kept on a shared computer.
const lasting = "public, max-age=31536000, immutable"

func (s *Site) asset(c *gin.Context) {
	name, cache := c.Param("name"), "no-store"
	if s.Pages.OfConsole(name) {
		cache = lasting
	}
	web.Asset(c, s.Pages, name, cache)
}

func (s *Site) robots(c *gin.Context) {
	text(c, "User-agent: *\nDisallow: /api/\nDisallow: /office/\nDisallow: /exit\n")
}

func (s *Site) security(c *gin.Context) {
	if s.Security.Contact == "" {
		web.Fail(c, web.Refuse(http.StatusNotFound, "not_found"))
		return
	}
	expires := incident.AddDays(incident.DayOf(s.Now()), s.Security.Days)
	text(c, "Contact: "+s.Security.Contact+"\nExpires: "+expires+"T00:00:00Z\nPreferred-Languages: de, en\n"+
		"Canonical: "+s.Origin+"/.well-known/security.txt\n")
}

func text(c *gin.Context, body string) {
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(body))
}
