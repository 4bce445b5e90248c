package intake

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"

	"github.com/beistand/beistand/internal/incident"
)

// Limits of a form without JavaScript (protocol.md §9). The full form has about
// 160 parts. One field may fill three quarters of a form: that holds 12,000
// letters of any script, and leaves room for all other answers. What is longer is
// cut, not refused, so that its writer gets the beginning back; at most maxSkipped
// bytes of text are read for that.
const (
	maxParts   = 400
	maxForm    = 64 << 10
	maxField   = maxForm / 4 * 3
	maxSkipped = 1 << 20
	maxLines   = 16 << 10 // around one part
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

// FilesField is the name of the field of files in every form.
const FilesField = "files"

// ReadForm reads a form part by part, in memory alone, at most 64 KiB of text.
// It takes known names only, and multipart/form-data; the language switch may
// come urlencoded, because then the browser sends no file. Go's own parsers are
// forbidden here: they write what is large to a temporary file.
//
// Each file of the field "files" is handed to take while it is read, with what
// the form said before it; nil takes none. What take leaves of a file is skipped.
// An error of take ends the reading and is given back as it is.
//
// With an error comes what was read before it, so that nobody has to type it
// again; it must not pass for the whole form. A text that was cut is a fault of
// its field, "cut"; a form that broke off is one of the field "text",
// "broken_off". Without a form, it is none of ours.
func ReadForm(r *http.Request, known func(name string) bool, take func(f Form, name string, file io.Reader) error) (Form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errForm
	}
	text := &textReader{known: known, form: Form{}, skip: maxSkipped}
	defer text.clear()
	switch kind {
	case "multipart/form-data":
		wire := &wire{from: http.MaxBytesReader(nil, r.Body, MaxUpload)}
		// A form that broke off must not pass for a shorter one, and the reader of
		// parts takes the end of the body for the end of the form. So it meets
		// another error there, behind a line break in case the last one is missing.
		whole := io.MultiReader(wire, strings.NewReader("\r\n"), brokenOff{})
		err = readParts(multipart.NewReader(whole, params["boundary"]), wire, text, take)
		if err != nil && wire.ended {
			if err = errBrokenOff; len(text.form) == 0 {
				err = errForm
			}
		}
	case "application/x-www-form-urlencoded":
		err = readEncoded(r.Body, text)
	default:
		return nil, errForm
	}
	var faults incident.Faults
	if errors.As(err, &faults) && faults.Has("body", "shape") {
		return nil, err
	}
	if err == nil {
		err = text.faults.Err()
	}
	return text.form, err
}

// brokenOff stands where a body has ended.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A wire is the body of a form. It gives no more than the part that is read may
// have, because the reader of parts would take a header of 10 MiB into memory.
type wire struct {
	from  io.Reader
	left  int64
	ended bool
}

func (w *wire) Read(b []byte) (int, error) {
	if w.left <= 0 {
		return 0, &http.MaxBytesError{Limit: maxForm}
	}
	n, err := w.from.Read(b[:min(int64(len(b)), w.left)])
	w.left -= int64(n)
	w.ended = w.ended || errors.Is(err, io.EOF)
	return n, err
}

// errForm says that this is not what our form sends.
var errForm error = incident.Faults{{Field: "body", Key: "shape"}}

// errBrokenOff says that the form ended before its end.
var errBrokenOff error = incident.Faults{{Field: "text", Key: "broken_off"}}

func readParts(parts *multipart.Reader, wire *wire, text *textReader, take func(Form, string, io.Reader) error) error {
	for {
		wire.left = maxLines
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return formFault(err)
		}
		name := part.FormName()
		wire.left = maxForm + maxSkipped
		if name == FilesField && take != nil {
			wire.left = MaxUpload
			if err := readFile(part, func(file io.Reader) error { return take(text.form, part.FileName(), file) }); err != nil {
				return err
			}
			continue
		}
		if part.FileName() != "" {
			return errForm
		}
		if err := text.read(name, part); err != nil {
			return formFault(err)
		}
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

// formFault keeps what can be acted on; the text of other errors may quote a part.
func formFault(err error) error {
	var tooLarge *http.MaxBytesError
	var faults incident.Faults
	switch {
	case errors.As(err, &tooLarge), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &faults):
		return err
	}
	return errForm
}
