package web

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"github.com/beistand/beistand/frontend"
)

// htmlQuality and htmlWindow are brotli's for pages, which are compressed per
// request: 2 ms for 45 KB. A window of 64 KiB holds any page, and lets level 9
// take no longer than level 5 does with a wide one, for 3 % less. No secret
// rides along that a foreign page could guess at, since there is no cookie and
// no foreign POST.
const (
	htmlQuality = 9
	htmlWindow  = 16
)

// Pages is what renders the pages of a site. The sites name it here, because
// they do not import frontend.
type Pages = frontend.Renderer

// Page answers with a rendered page, compressed where the client takes brotli.
func Page(c *gin.Context, status int, r *frontend.Renderer, lang, name string, data any) {
	var html bytes.Buffer
	defer wipe(&html)
	if err := r.Render(&html, lang, name, data); err != nil {
		failPlain(c, err)
		return
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	if !takes(c.Request, "br") {
		c.Status(status)
		_, _ = c.Writer.Write(html.Bytes()) // the client is gone
		return
	}
	h.Set("Content-Encoding", "br")
	c.Status(status)
	w := brotli.NewWriterOptions(c.Writer, brotli.WriterOptions{Quality: htmlQuality, LGWin: htmlWindow})
	_, _ = w.Write(html.Bytes()) // the client is gone
	_ = w.Close()                // likewise
}

// FreshPage answers like Page with a page that holds nobody's words, and nothing
// of its own but own. Such a page is packed once and not for each request.
func FreshPage(c *gin.Context, status int, r *frontend.Renderer, lang, name string, data any, own ...string) {
	if !takes(c.Request, "br") {
		Page(c, status, r, lang, name, data)
		return
	}
	var html bytes.Buffer
	if err := r.Render(&html, lang, name, data); err != nil {
		failPlain(c, err)
		return
	}
	stream, ok := r.Packed(lang+"/"+name, html.Bytes(), own...)
	if !ok {
		Page(c, status, r, lang, name, data)
		return
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	h.Set("Content-Encoding", "br")
	c.Status(status)
	_, _ = c.Writer.Write(stream) // the client is gone
}

// PaddedPage answers with a rendered page of a size that tells little: never
// compressed, padded with spaces to the next multiple of step bytes.
func PaddedPage(c *gin.Context, status, step int, r *frontend.Renderer, lang, name string, data any) {
	var html bytes.Buffer
	defer wipe(&html)
	if err := r.Render(&html, lang, name, data); err != nil {
		failPlain(c, err)
		return
	}
	c.Header("Content-Type", "text/html; charset=utf-8")
	Padded(c, status, step, html.Bytes())
}

// wipe overwrites a page, which may hold what somebody wrote or was answered. What
// Go copied elsewhere it cannot reach.
func wipe(page *bytes.Buffer) { clear(page.Bytes()) }

// failPlain answers where even a page cannot be made.
func failPlain(c *gin.Context, err error) {
	f := Answer(err)
	c.Set(failureID, f.ID)
	c.Set(failureCause, err)
	c.Abort()
	c.Header("Content-Type", "text/plain; charset=utf-8")
	c.Status(f.Status)
	_, _ = c.Writer.WriteString(f.Key + " " + f.ID + "\n") // the client is gone
}

// takes says whether the client takes an encoding; a weight of zero means no.
func takes(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, weighed := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == encoding {
			return !weighed || strings.Trim(strings.ReplaceAll(weight, " ", ""), "q=0.") != ""
		}
	}
	return false
}

// Asset answers with one of the built files, in the best encoding that the
// client takes. cache is the Cache-Control of the site that asks.
func Asset(c *gin.Context, r *frontend.Renderer, name, cache string) {
	body, encodings, kind, ok := r.Asset(name)
	if !ok {
		Fail(c, Refuse(http.StatusNotFound, "not_found"))
		return
	}
	h := c.Writer.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cache)
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(name, "worker") {
		h.Set("Content-Security-Policy", WorkerPolicy)
	}
	for _, encoding := range []string{"br", "gzip"} {
		if packed, ok := encodings[encoding]; ok && takes(c.Request, encoding) {
			h.Set("Content-Encoding", encoding)
			body = packed
			break
		}
	}
	c.Status(http.StatusOK)
	_, _ = c.Writer.Write(body) // the client is gone
}
