package intake

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Limits of a form without JavaScript (protocol.md §9). The full form has about
// 160 parts. Percent-encoding triples Arabic letters, so the language switch may
// be three times as long on the wire.
const (
	maxParts   = 400
	maxForm    = 64 << 10
	maxEncoded = 3 * maxForm
	maxWire    = maxForm + 512*maxParts // with the lines around each part
)

// A Form is what an HTML form sent: values by field name, in their order.
type Form map[string][]string

// Get gives the first value of a field, or "".
func (f Form) Get(name string) string {
	if len(f[name]) == 0 {
		return ""
	}
	return f[name][0]
}

// ReadForm reads a form part by part, in memory alone, at most 64 KiB of text.
// It takes known names only, and multipart/form-data; the language switch may
// come urlencoded, because then the browser sends no file. Go's own parsers are
// forbidden here: they write what is large to a temporary file.
func ReadForm(r *http.Request, known func(name string) bool) (Form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errForm
	}
	switch kind {
	case "multipart/form-data":
		limited := http.MaxBytesReader(nil, r.Body, maxWire)
		// A form that broke off must not pass for a shorter one, and the reader of
		// parts takes the end of the body for the end of the form. So it meets
		// another error there, behind a line break in case the last one is missing.
		whole := io.MultiReader(limited, strings.NewReader("\r\n"), brokenOff{})
		return readParts(multipart.NewReader(whole, params["boundary"]), known)
	case "application/x-www-form-urlencoded":
		return readEncoded(r.Body, known)
	}
	return nil, errForm
}

// brokenOff stands where a body has ended.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// errForm says that this is not what our form sends.
var errForm = incident.Faults{{Field: "body", Key: "shape"}}

func readParts(parts *multipart.Reader, known func(string) bool) (Form, error) {
	form := Form{}
	buffer := make([]byte, 0, 4<<10)
	defer func() { clear(buffer[:cap(buffer)]) }()
	total := 0
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return nil, formFault(err)
		}
		name := part.FormName()
		if n >= maxParts || !known(name) || part.FileName() != "" {
			return nil, errForm
		}
		if buffer, err = readText(buffer[:0], part, maxForm-total); err != nil {
			return nil, formFault(err)
		}
		total += len(buffer)
		form[name] = append(form[name], string(buffer))
	}
}

// readText reads a part into the buffer, at most limit bytes of it.
func readText(buffer []byte, part io.Reader, limit int) ([]byte, error) {
	for {
		if len(buffer) == cap(buffer) {
			grown := make([]byte, len(buffer), 2*cap(buffer))
			copy(grown, buffer)
			clear(buffer)
			buffer = grown
		}
		n, err := part.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if len(buffer) > limit {
			return buffer, &http.MaxBytesError{Limit: maxForm}
		}
		if errors.Is(err, io.EOF) {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
	}
}

func readEncoded(body io.Reader, known func(string) bool) (Form, error) {
	raw, err := io.ReadAll(io.LimitReader(body, maxEncoded+1))
	defer clear(raw)
	if err != nil {
		return nil, formFault(err)
	}
	if len(raw) > maxEncoded {
		return nil, &http.MaxBytesError{Limit: maxForm}
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, errForm
	}
	total, count := 0, 0
	for name, list := range values {
		if count += len(list); count > maxParts || !known(name) {
			return nil, errForm
		}
		for _, v := range list {
			total += len(v)
		}
	}
	if total > maxForm {
		return nil, &http.MaxBytesError{Limit: maxForm}
	}
	return Form(values), nil
}

// formFault keeps what can be acted on; the text of other errors may quote a part.
func formFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return errForm
}
