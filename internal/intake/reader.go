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

// MaxUpload is how long a form with files may be on the wire: five files, with
// room for telling that one of them is too long.
const MaxUpload = 8 * MaxFile

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
	return ReadUpload(r, known, nil)
}

// FilesField is the name of the field of files in every form.
const FilesField = "files"

// ReadUpload reads a form as ReadForm does, and hands each file of the field
// "files" to take while it is read, with what the form said before it. What take
// leaves of a file is skipped. An error of take ends the reading and is given
// back as it is.
func ReadUpload(r *http.Request, known func(name string) bool, take func(f Form, name string, file io.Reader) error) (Form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errForm
	}
	switch kind {
	case "multipart/form-data":
		limit := int64(maxWire)
		if take != nil {
			limit = MaxUpload
		}
		limited := http.MaxBytesReader(nil, r.Body, limit)
		// A form that broke off must not pass for a shorter one, and the reader of
		// parts takes the end of the body for the end of the form. So it meets
		// another error there, behind a line break in case the last one is missing.
		whole := io.MultiReader(limited, strings.NewReader("\r\n"), brokenOff{})
		return readParts(multipart.NewReader(whole, params["boundary"]), known, take)
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

func readParts(parts *multipart.Reader, known func(string) bool, take func(Form, string, io.Reader) error) (Form, error) {
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
		if name == FilesField && take != nil && n < maxParts {
			if err := readFile(part, func(file io.Reader) error { return take(form, part.FileName(), file) }); err != nil {
				return form, err
			}
			continue
		}
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

// readFile hands a part over and skips what is left of it. A field in which no
// file was chosen comes as an empty one without a name.
func readFile(part *multipart.Part, take func(io.Reader) error) error {
	file := &formReader{from: part}
	if part.FileName() != "" {
		if err := take(file); err != nil {
			if file.err != nil {
				return formFault(file.err)
			}
			return err
		}
	}
	if _, err := io.Copy(io.Discard, file); err != nil {
		return formFault(err)
	}
	return nil
}

// A formReader remembers what went wrong with the form itself, so that it is not
// taken for a fault of the file in it.
type formReader struct {
	from io.Reader
	err  error
}

func (r *formReader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
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
	// The language switch sends the names of chosen files, which nobody wants to know.
	delete(values, FilesField)
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
