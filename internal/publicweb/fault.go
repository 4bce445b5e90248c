package publicweb

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
)

// A Fault is one fault of a form as the page shows it: the id of the field that
// it leads to, and the key of its text.
type Fault struct {
	ID  string
	Key string
}

// places are the ids of the sections whose ticks have no single field.
var places = map[string]string{
	"manifestations": "what", "areas": "where", "grounds": "why", "respondents": "whom", "rung": "wish", "role": "role",
	"when.precision": "when", "contact.way": "contact", "consents": "contact", "pass_on": "pass_on-to", "desk": "desk",
	"text": "text", "place.district": "place-district", "contact.interpreter": "contact-interpreter",
}

// faultsOf words the faults of a report for the page. An error that is no fault
// of the form gives none.
func faultsOf(err error) []Fault {
	var found incident.Faults
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &found):
	case errors.As(err, &tooLarge):
		found = incident.Faults{{Field: intake.FilesField, Key: "total"}}
	case errors.Is(err, os.ErrDeadlineExceeded):
		found = incident.Faults{{Field: "text", Key: "broken_off"}}
	}
	var all []Fault
	for _, f := range found {
		all = append(all, Fault{ID: anchor(f.Field), Key: wording(f)})
	}
	return all
}

// anchor is the id of the field, or of the section it stands in.
func anchor(field string) string {
	name := strings.NewReplacer("[0]", "", "[1]", "", "[2]", "").Replace(field)
	for i, row := range passRows {
		switch field {
		case fmt.Sprintf("pass_on[%d].to", i):
			return idOf(row.to)
		case fmt.Sprintf("pass_on[%d].what", i):
			return idOf(row.what)
		}
	}
	if id, ok := places[name]; ok {
		return id
	}
	if knownField(name) {
		return idOf(name)
	}
	return "report"
}

// idOf makes an id of a field's name; a dot in an id would be awkward in CSS.
func idOf(name string) string { return strings.ReplaceAll(name, ".", "-") }

func wording(f incident.FieldError) string {
	switch {
	case f.Field == "text" && f.Key == "required":
		return "fault.text"
	case f.Field == "text" && f.Key == "receipt":
		return "fault.text.receipt"
	case f.Field == "text" && f.Key == "cut":
		return "fault.text.cut"
	case f.Field == "text" && f.Key == "broken_off":
		return "fault.text.ended"
	case f.Field == "text" && f.Key == "too_long":
		return "fault.text.long"
	case f.Field == "contact.value" && f.Key == "required":
		return "fault.contact"
	}
	if f.Field == intake.FilesField {
		return fileFault(f.Key)
	}
	switch f.Key {
	case "too_long", "cut":
		return "fault.long"
	case "too_many":
		return "fault.many"
	case "date", "future", "order":
		return "fault." + f.Key
	}
	return "fault.unknown"
}

// fileFault words what is wrong with a file.
func fileFault(key string) string {
	switch key {
	case "type":
		return "fault.files.type"
	case "broken":
		return "fault.files.broken"
	case "too_large":
		return "fault.files.large"
	case "total":
		return "fault.files.total"
	case "too_many":
		return "fault.files.many"
	case "uncleaned":
		return "fault.files.uncleaned"
	}
	return "fault.unknown"
}
