package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestVerifySite compares a site with the release that it runs, and then the same
// site behind a server that changes one thing each.
func TestVerifySite(t *testing.T) {
	o := newOffice(t)
	p := o.start(t, "serve")
	keys := filepath.Join(o.dir, "office-keys.txt")
	out, code := o.run(t, "", "verify", "site", "-keys", keys, p.public)
	if code != 0 || !strings.Contains(out, "11 pages") || !strings.Contains(out, " 0 differences") {
		t.Fatalf("the release itself: exit %d: %s", code, out)
	}
	other := newOffice(t)
	if out, code := o.run(t, "", "verify", "site", "-keys", filepath.Join(other.dir, "office-keys.txt"), p.public); code != exitFailed || !strings.Contains(out, "seals to a key") {
		t.Errorf("another office's keys: exit %d: %s", code, out)
	}
	replace := func(path, from, to string) func(*http.Response, []byte) []byte {
		return func(r *http.Response, b []byte) []byte {
			if !strings.HasPrefix(r.Request.URL.Path, path) {
				return b
			}
			return bytes.Replace(b, []byte(from), []byte(to), 1)
		}
	}
	for name, c := range map[string]struct {
		change func(*http.Response, []byte) []byte
		want   string
	}{
		"one byte of a script": {func(r *http.Response, b []byte) []byte {
			if strings.HasPrefix(r.Request.URL.Path, "/assets/main-") {
				return append(b, ' ')
			}
			return b
		}, "not those of the release"},
		"a script of its own": {replace("/de/report", "</body>", "<script>x()</script></body>"), "a script of its own"},
		"a foreign script":    {replace("/de/", "</head>", `<script src="https://x.example/a.js"></script></head>`), "not in the release"},
		"a handler":           {replace("/en/", "<body", `<body onload="x()"`), "which no page"},
		"another key":         {replace("/de/report", o.recipient.String(), other.recipient.String()), "seals to a key"},
		"a style that reaches": {func(r *http.Response, b []byte) []byte {
			if strings.HasSuffix(r.Request.URL.Path, ".css") {
				return append(b, "a{background:url(//x.example/y)}"...)
			}
			return b
		}, "style sheet"},
		"no policy": {func(r *http.Response, b []byte) []byte { r.Header.Del("Content-Security-Policy"); return b }, "Content-Security-Policy"},
		"a weaker policy": {func(r *http.Response, b []byte) []byte {
			r.Header.Set("Content-Security-Policy", "default-src *")
			return b
		}, "Content-Security-Policy"},
		"a cookie": {func(r *http.Response, b []byte) []byte { r.Header.Set("Set-Cookie", "a=b"); return b }, "sets a cookie"},
		"the console's address": {func(r *http.Response, b []byte) []byte {
			if r.Request.URL.Path == "/office/" {
				r.StatusCode = 404
			}
			return b
		}, "/office/: answers with status 404"},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := o.run(t, "", "verify", "site", "-keys", keys, changed(t, p.public, c.change))
			if code != exitFailed || !strings.Contains(out, c.want) {
				t.Errorf("exit %d, want 1 and %q: %s", code, c.want, out)
			}
		})
	}
	p.stop(t)
	if out, code := o.run(t, "", "verify", "site", p.public); code != exitFailed || strings.Contains(out, "0 differences") {
		t.Errorf("nobody there: exit %d: %s", code, out)
	}
}

// changed is a server between that changes answers.
func changed(t *testing.T, to string, change func(*http.Response, []byte) []byte) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body = change(r, body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
