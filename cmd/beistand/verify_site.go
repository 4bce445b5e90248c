package main

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/web"
)

const verifySiteUsage = `usage: beistand verify site [-keys FILE] [-proxy URL] URL

Compares a live site with this release: every script and style sheet byte by byte, the policy of every page,
and what its pages load. With the office's public keys (the file that the office publishes) also that the form
seals to these keys and to no other. Over Tor: -proxy socks5://127.0.0.1:9050 http://….onion
`

const (
	siteTime = time.Minute
	siteMost = 8 << 20 // bytes of one answer
)

// A siteCheck is one comparison of a live site with this release. It sees what
// was delivered to this machine, now: a server could answer others differently,
// which is why many should ask, from many places.
type siteCheck struct {
	ctx    context.Context //nolint:containedctx // of the one command
	client *http.Client
	base   string
	pages  *frontend.Renderer
	pinned map[string]bool // recipients; nil: not compared
	faults []finding
	files  int
	looked int
}

func (p program) verifySite(args []string) error {
	flags := flag.NewFlagSet("verify site", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.Usage = func() { fmt.Fprint(p.stderr, verifySiteUsage) }
	keys := flags.String("keys", "", "the office's public keys")
	proxy := flags.String("proxy", "", "proxy to go through, http:// or socks5://")
	languages := flags.String("languages", "de,en", "languages to look at, separated by commas")
	if flags.Parse(args) != nil {
		return errUsage
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return errUsage
	}
	tags := strings.Split(*languages, ",")
	pages, err := frontend.New(frontend.Options{Languages: tags, Theme: frontend.Theme{}, Samples: publicweb.Samples(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	s := &siteCheck{ctx: p.ctx, base: strings.TrimSuffix(flags.Arg(0), "/"), pages: pages}
	if s.client, err = siteClient(*proxy); err != nil {
		return err
	}
	if *keys != "" {
		if err := s.readPinned(*keys); err != nil {
			return err
		}
	}
	if err := s.run(tags); err != nil {
		return err
	}
	for _, f := range s.faults {
		fmt.Fprintf(p.stdout, "%s: %s\n", f.Where, f.What)
	}
	fmt.Fprintf(p.stdout, "%s against release %s: %d pages, %d files, %d differences\n", s.base, version, s.looked, s.files, len(s.faults))
	if len(s.faults) > 0 {
		return errFound
	}
	return nil
}

func siteClient(proxy string) (*http.Client, error) {
	transport := &http.Transport{ForceAttemptHTTP2: true}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil {
			return nil, errors.New("the proxy is no URL")
		}
		transport.Proxy = http.ProxyURL(u)
	}
	return &http.Client{
		Timeout: siteTime, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func (s *siteCheck) readPinned(path string) error {
	keys, err := config.ReadKeys(path)
	if err != nil {
		return err
	}
	s.pinned = map[string]bool{}
	for _, k := range keys.Lines() {
		s.pinned[k.Recipient] = true
	}
	if len(s.pinned) == 0 {
		return errors.New("the file with the office's keys holds none")
	}
	return nil
}

func (s *siteCheck) found(where, format string, args ...any) {
	s.faults = append(s.faults, finding{Where: where, What: fmt.Sprintf(format, args...)})
}

func (s *siteCheck) run(tags []string) error {
	for _, tag := range tags {
		for _, page := range []string{"", "report", "mailbox", "privacy", "safety"} {
			if err := s.page("/"+tag+"/"+page, web.PublicHeaders(web.Headers{})); err != nil {
				return err
			}
		}
	}
	if err := s.page("/office/", web.OfficeHeaders(web.Headers{})); err != nil {
		return err
	}
	for _, name := range s.pages.AssetNames() {
		if err := s.file(name); err != nil {
			return err
		}
	}
	return nil
}

// A fetched is an answer of the site, read to its end.
type fetched struct {
	status int
	header http.Header
	body   []byte
}

// get fetches a path. An error means that the site cannot be reached at all.
func (s *siteCheck) get(path string) (fetched, error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.base+path, http.NoBody)
	if err != nil {
		return fetched{}, fmt.Errorf("asking the site: %w", err)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return fetched{}, fmt.Errorf("asking the site: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, siteMost))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return fetched{}, fmt.Errorf("asking the site: %w", err)
	}
	return fetched{resp.StatusCode, resp.Header, body}, nil
}

var (
	scriptTag = regexp.MustCompile(`(?is)<script\b([^>]*)>(.*?)</script`)
	sheetTag  = regexp.MustCompile(`(?i)<link\b([^>]*\bstylesheet\b[^>]*)>`)
	attribute = regexp.MustCompile(`(?i)\b(src|href|integrity)="([^"]*)"`)
	alien     = regexp.MustCompile(`(?i)<(iframe|object|embed|base|frame|applet|meta\s+http-equiv)\b|\son[a-z]+\s*=\s*["']|="?'?\s*javascript:`)
	sealedTo  = regexp.MustCompile(`age1[02-9ac-hj-np-z0-9]{20,}`)
)

// page looks at what a page loads and under which policy.
func (s *siteCheck) page(path string, headers map[string]string) error {
	got, err := s.get(path)
	if err != nil {
		return err
	}
	if got.status != http.StatusOK {
		s.found(path, "answers with status %d", got.status)
		return nil
	}
	s.looked++
	for name, want := range headers {
		if set := got.header.Values(name); len(set) != 1 || set[0] != want {
			s.found(path, "header %s is not that of the release", name)
		}
	}
	if len(got.header.Values("Set-Cookie")) > 0 {
		s.found(path, "sets a cookie")
	}
	if m := alien.Find(got.body); m != nil {
		s.found(path, "holds %q, which no page of the release does", m)
	}
	for _, m := range scriptTag.FindAllSubmatch(got.body, -1) {
		s.loads(path, m[1])
		if len(bytes.TrimSpace(m[2])) > 0 && !bytes.Contains(m[1], []byte(`type="application/json"`)) {
			s.found(path, "holds a script of its own")
		}
	}
	for _, m := range sheetTag.FindAllSubmatch(got.body, -1) {
		if err := s.sheet(path, m[1]); err != nil {
			return err
		}
	}
	for _, key := range sealedTo.FindAll(got.body, -1) {
		if s.pinned != nil && !s.pinned[string(key)] {
			s.found(path, "seals to a key that is not in the office's file")
		}
	}
	return nil
}

// link reads what a tag loads.
func link(tag []byte) (path, integrity string) {
	for _, a := range attribute.FindAllSubmatch(tag, -1) {
		if strings.EqualFold(string(a[1]), "integrity") {
			integrity = html.UnescapeString(string(a[2]))
		} else {
			path = string(a[2])
		}
	}
	return path, integrity
}

func (s *siteCheck) loads(page string, tag []byte) {
	path, _ := link(tag)
	if path == "" {
		return
	}
	name, ok := strings.CutPrefix(path, "/assets/")
	if !ok || !slices.Contains(s.pages.AssetNames(), name) {
		s.found(page, "loads %s, which is not in the release", path)
	}
}

// sheet checks a style sheet: the release's own, or that with the office's
// colours behind it.
func (s *siteCheck) sheet(page string, tag []byte) error {
	path, integrity := link(tag)
	got, err := s.get(path)
	if err != nil {
		return err
	}
	sum := sha512.Sum384(got.body)
	if integrity != "" && integrity != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) {
		s.found(page, "style sheet %s is not the one that the page names", path)
	}
	for _, name := range s.pages.AssetNames() {
		own, _, kind, _ := s.pages.Asset(name)
		if !strings.HasPrefix(kind, "text/css") || !bytes.HasPrefix(got.body, own) {
			continue
		}
		if colours.Match(got.body[len(own):]) {
			return nil
		}
	}
	s.found(page, "style sheet %s is not that of the release with other colours", path)
	return nil
}

// colours are all that a theme may put behind a style sheet.
var colours = regexp.MustCompile(`^[\sa-zA-Z0-9:=#;{}()\[\]"@,.*_-]*$`)

// file compares one file of the release with what the site delivers.
func (s *siteCheck) file(name string) error {
	own, _, kind, _ := s.pages.Asset(name)
	if !strings.HasPrefix(kind, "text/javascript") {
		return nil // sheet looks at the styles; the page after sending holds the office's own words, and no script can be in it
	}
	got, err := s.get("/assets/" + name)
	if err != nil {
		return err
	}
	s.files++
	switch {
	case got.status != http.StatusOK:
		s.found("/assets/"+name, "answers with status %d: another release, or a changed one", got.status)
	case !bytes.Equal(got.body, own):
		s.found("/assets/"+name, "%d bytes, and not those of the release", len(got.body))
	}
	return nil
}
