package config

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	siteID       = regexp.MustCompile(`^[a-z0-9.-]{1,64}$`) // protocol: the salt of every receipt
	municipality = regexp.MustCompile(`^[0-9]{8}$`)
	headerName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	shortID      = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	language     = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	colour       = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	token        = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	phone        = regexp.MustCompile(`^\+?[0-9][0-9 /-]{1,30}$`)
	address      = regexp.MustCompile(`^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,190}$`)
	database     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)
)

// A faults collects everything that is wrong, each with the setting's path.
type faults []error

func (f *faults) add(key, format string, args ...any) {
	*f = append(*f, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
}

func (f *faults) want(ok bool, key, format string, args ...any) {
	if !ok {
		f.add(key, format, args...)
	}
}

// Check returns all faults of the settings joined, one a line, each with the path of its setting; nil if
// there are none. It reads no file, so it cannot tell whether a path exists.
func (c Config) Check() error {
	var f faults
	f.address("listen", c.Listen, false)
	f.address("operator.listen", c.Operator.Listen, true)
	f.want(c.Listen != c.Operator.Listen || strings.HasSuffix(c.Listen, ":0"), "operator.listen", "the same as listen")
	f.want(c.Data != "", "data", "want a folder")
	f.want(database.MatchString(c.MongoDB.Database), "mongodb.database", "want 1 to 63 of A–Z, a–z, 0–9, _ and -")
	if uri := c.MongoDB.URI.Reveal(); uri != "" {
		f.want(strings.HasPrefix(uri, "mongodb://") || strings.HasPrefix(uri, "mongodb+srv://"), "mongodb.uri", "want mongodb:// or mongodb+srv://")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || c.TimeZone == "Local" {
		f.add("time_zone", "%q is not the name of a time zone such as Europe/Berlin", c.TimeZone)
	}
	f.languages("languages", c.Languages)
	f.want(slices.Contains(c.Languages, "de"), "languages", "German (de) is missing: it is the source of all texts")
	c.checkSite(&f)
	c.checkOffice(&f)
	c.checkPages(&f)
	c.checkOperations(&f)
	return errors.Join(f...)
}

func (c Config) checkSite(f *faults) {
	f.want(siteID.MatchString(c.Site.ID), "site.id", "want 1 to 64 of a–z, 0–9, full stop and -, found %q", c.Site.ID)
	f.origin("site.origin", c.Site.Origin)
	if o := c.Site.Onion; o != "" {
		u, err := url.Parse(o)
		ok := err == nil && u.Scheme == "http" && strings.HasSuffix(u.Hostname(), ".onion") && bare(u)
		f.want(ok, "site.onion", "want http://….onion without a path, found %q", o)
	}
	f.want(c.Site.NetworkHeader == "" || headerName.MatchString(c.Site.NetworkHeader), "site.network_header",
		"want the name of a header such as X-Network, found %q", c.Site.NetworkHeader)
	u, err := url.Parse(c.Site.Exit)
	f.want(err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil, "site.exit", "want an https:// address, found %q", c.Site.Exit)
}

func (c Config) checkOffice(f *faults) {
	o := c.Office
	f.text("office.name", o.Name, true)
	f.origin("office.origin", o.Origin)
	f.want(o.FirstAnswerDays >= 1 && o.FirstAnswerDays <= 60, "office.first_answer_days", "want 1 to 60, found %d", o.FirstAnswerDays)
	f.want(o.KeysFile != "", "office.keys_file", "want a path")
	f.want(o.EditionKey != "", "office.edition_key", "want a path")
	f.want(o.AGS == "" || municipality.MatchString(o.AGS), "office.ags", "want 8 digits, found %q", o.AGS)
	f.want(c.Auth.TokenKeys != "", "auth.token_keys", "want a folder")
	f.want(len(o.Desks) > 0, "office.desks", "want at least one desk")
	seen := map[string]bool{}
	for i, d := range o.Desks {
		key := fmt.Sprintf("office.desks[%d]", i)
		f.want(shortID.MatchString(d.ID), key+".id", "want 1 to 32 of a–z, 0–9 and -, found %q", d.ID)
		f.want(!seen[d.ID], key+".id", "%q is taken by another desk", d.ID)
		seen[d.ID] = true
		f.text(key+".name", d.Name, true)
		f.text(key+".operator", d.Operator, true)
		f.languages(key+".languages", d.Languages)
	}
}

func (c Config) checkPages(f *faults) {
	f.want(len(c.Help) > 0, "help", "want at least one telephone number: it is shown when nothing can be taken")
	for i, h := range c.Help {
		key := fmt.Sprintf("help[%d]", i)
		f.text(key+".name", h.Name, true)
		f.want(phone.MatchString(h.Number), key+".number", "want digits and spaces, found %q", h.Number)
		f.text(key+".note", h.Note, false)
	}
	seen := map[string]bool{"outside": true, "unknown": true}
	for i, d := range c.Districts {
		key := fmt.Sprintf("districts[%d]", i)
		f.want(shortID.MatchString(d.ID), key+".id", "want 1 to 32 of a–z, 0–9 and -, found %q", d.ID)
		f.want(!seen[d.ID], key+".id", "%q is taken", d.ID)
		seen[d.ID] = true
		f.text(key+".name", d.Name, true)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Theme)) {
		key := "theme." + name
		f.want(token.MatchString(name), key, "want the name of a colour token, for example action-default")
		f.want(colour.MatchString(c.Theme[name].Light), key+".light", "want #rrggbb in small letters, found %q", c.Theme[name].Light)
		f.want(colour.MatchString(c.Theme[name].Dark), key+".dark", "want #rrggbb in small letters, found %q", c.Theme[name].Dark)
	}
	f.text("texts.imprint", c.Texts.Imprint, false)
	f.text("texts.privacy", c.Texts.Privacy, false)
	f.text("texts.accessibility", c.Texts.Accessibility, false)
	if s := c.Security.Contact; s != "" {
		u, err := url.Parse(s)
		ok := err == nil && (u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || u.Scheme == "https" && u.Host != "")
		f.want(ok, "security.contact", "want a mailto: or https: address, found %q", s)
	}
}

// checkOperations looks at backups and the digest.
func (c Config) checkOperations(f *faults) {
	b, d := c.Backup, c.Digest
	f.want(b.Recipient == "" || len(b.Recipient) == recipientLetters && recipient.MatchString(b.Recipient),
		"backup.recipient", "want age1pq1 and 1,952 letters, as \"beistand backup key\" prints it")
	f.want(b.Folder != "", "backup.folder", "want a folder")
	f.want(b.CheckpointKey != "", "backup.checkpoint_key", "want a path")
	f.want(b.KeepDays >= 1 && b.KeepDays <= MaxKeepDays, "backup.keep_days", "want 1 to %d, found %d", MaxKeepDays, b.KeepDays)
	f.want(d.Hour >= 0 && d.Hour <= 23, "digest.hour", "want 0 to 23, found %d", d.Hour)
	if d.Server != "" {
		host, port, err := net.SplitHostPort(d.Server)
		_, portErr := strconv.ParseUint(port, 10, 16)
		f.want(err == nil && portErr == nil && host != "", "digest.server", "want host:port, found %q", d.Server)
	}
	f.want(d.From == "" || address.MatchString(d.From), "digest.from", "want one mail address")
	for i, to := range d.To {
		f.want(address.MatchString(to), fmt.Sprintf("digest.to[%d]", i), "want one mail address")
	}
}

// address checks host:port; what is for the operator alone must stand on loopback.
func (f *faults) address(key, address string, loopback bool) {
	host, port, err := net.SplitHostPort(address)
	n, portErr := strconv.ParseUint(port, 10, 16)
	if err != nil || portErr != nil || n > 65535 {
		f.add(key, "want host:port, found %q", address)
		return
	}
	ip, err := netip.ParseAddr(host)
	if loopback && host != "localhost" && (err != nil || !ip.IsLoopback()) {
		f.add(key, "want a loopback address such as 127.0.0.1:%s: health and metrics are for the operator alone", port)
	}
}

// origin checks scheme and host without anything behind. Plain http is taken on loopback only.
func (f *faults) origin(key, origin string) {
	if origin == "" {
		return
	}
	u, err := url.Parse(origin)
	if err != nil || !bare(u) || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		f.add(key, "want https://host without a path, found %q", origin)
		return
	}
	ip, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	f.want(u.Scheme == "https" || local, key, "want https: plain http is for this machine only, found %q", origin)
}

func bare(u *url.URL) bool {
	return u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil && u.Opaque == ""
}

func (f *faults) languages(key string, tags []string) {
	f.want(len(tags) > 0, key, "want at least one language")
	seen := map[string]bool{}
	for _, tag := range tags {
		f.want(language.MatchString(tag), key, "%q is not a language tag", tag)
		f.want(!seen[tag], key, "%q stands there twice", tag)
		seen[tag] = true
	}
}

func (f *faults) text(key string, t Text, needed bool) {
	f.want(!needed || len(t) > 0, key, "want a text")
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		f.want(tag == "" || language.MatchString(tag), key, "%q is not a language tag", tag)
		f.want(strings.TrimSpace(t[tag]) != "", key, "the text for %q is empty", tag)
	}
}
