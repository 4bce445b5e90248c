package incident

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// A Checker validates what residents and members send. It is made once, by
// NewChecker, and is safe for concurrent use.
type Checker struct {
	Taxonomy  Taxonomy
	Languages []string // tags of the form
	Districts []string // codes of the office's list, beside "outside" and "unknown"
	Facts     []string // ids of the deadline rules' dates

	shapes *validator.Validate
}

var (
	tagShape    = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$`)
	codeShape   = regexp.MustCompile(`^[a-z0-9_./-]{1,64}$`)
	textIDShape = regexp.MustCompile(`^[a-z][a-z0-9_]{1,31}/[0-9]{1,4}$`)
)

// NewChecker makes a Checker with a validator instance of its own, so that all
// faults come back as keys and none as gin's sentences.
func NewChecker(c Checker) (*Checker, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(jsonName)
	rules := map[string]validator.Func{
		"letters": func(f validator.FieldLevel) bool {
			limit, err := strconv.Atoi(f.Param())
			return err == nil && letters(f.Field().String()) <= limit
		},
		"tag": func(f validator.FieldLevel) bool {
			s := f.Field().String()
			return s == "" || tagShape.MatchString(s)
		},
		"textid": func(f validator.FieldLevel) bool { return textIDShape.MatchString(f.Field().String()) },
	}
	for name, fn := range rules {
		if err := v.RegisterValidation(name, fn); err != nil {
			return nil, fmt.Errorf("making the checker: %w", err)
		}
	}
	c.shapes = v
	return &c, nil
}

// jsonName names a field as the form does.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// Report checks a settled report and returns all its faults, in the order of the
// form, or nil. today bounds the day of the incident: a day ahead, for other time
// zones.
func (c *Checker) Report(r Report, today string) error {
	faults := c.shapeFaults(r)
	if strings.TrimSpace(r.Text) == "" && len(r.Manifestations) == 0 {
		faults = append(faults, FieldError{"text", "required"})
	}
	if r.V != ReportVersion {
		faults = append(faults, FieldError{"v", "unknown"})
	}
	if r.Taxonomy < 1 || r.Taxonomy > c.Taxonomy.Version() {
		faults = append(faults, FieldError{"taxonomy", "unknown"})
	}
	faults = append(faults, c.codeFaults(r)...)
	faults = append(faults, c.placeFaults(r)...)
	faults = append(faults, whenFaults(r.When, today)...)
	faults = append(faults, c.factFaults(r, today)...)
	if r.Contact != nil && r.Contact.Way != "mailbox" && strings.TrimSpace(r.Contact.Value) == "" {
		faults = append(faults, FieldError{"contact.value", "required"})
	}
	if b, err := r.Encode(); err != nil || len(b) > MaxReport {
		faults = append(faults, FieldError{"text", "too_long"})
	}
	return inOrder(faults).Err()
}

// Message checks what a resident writes later, or an answer: some text, within
// the limit.
func (c *Checker) Message(text string) error {
	switch n := letters(text); {
	case strings.TrimSpace(text) == "":
		return Faults{{"text", "required"}}
	case n > MaxText:
		return Faults{{"text", "too_long"}}
	}
	return nil
}

// shapeFaults runs the struct tags.
func (c *Checker) shapeFaults(r Report) Faults {
	var faults Faults
	var found validator.ValidationErrors
	if err := c.shapes.Struct(r); errors.As(err, &found) {
		for _, f := range found {
			_, field, _ := strings.Cut(f.Namespace(), ".")
			faults = append(faults, FieldError{field, shapeKey(f.Tag())})
		}
	}
	if r.Lang == "" || !slices.Contains(c.Languages, r.Lang) {
		faults = append(faults, FieldError{"lang", "unknown"})
	}
	return faults
}

func shapeKey(tag string) string {
	switch tag {
	case "letters":
		return "too_long"
	case "max":
		return "too_many"
	}
	return "unknown"
}

// codeFaults checks every ticked code: known in that version, asked of
// reporters, each once.
func (c *Checker) codeFaults(r Report) Faults {
	var faults Faults
	check := func(field string, codes []string, groups ...string) {
		seen := map[string]bool{}
		for _, code := range codes {
			known := slices.ContainsFunc(groups, func(g string) bool { return c.Taxonomy.Asked(g, code, r.Taxonomy) })
			if !known || seen[code] {
				faults = append(faults, FieldError{field, "unknown"})
				return
			}
			seen[code] = true
		}
	}
	one := func(code string) []string {
		if code == "" {
			return nil
		}
		return []string{code}
	}
	check("role", one(r.Role), GroupReporterRole)
	check("manifestations", r.Manifestations, GroupManifestation)
	check("areas", r.Areas, GroupLifeArea)
	check("grounds", r.Grounds, GroupGround, GroupSubtype)
	check("respondents", r.Respondents, GroupRespondent)
	check("rung", []string{r.Rung}, GroupRung)
	return faults
}

func (c *Checker) placeFaults(r Report) Faults {
	if r.Place == nil || r.Place.District == "" || r.Place.District == "outside" || r.Place.District == "unknown" ||
		slices.Contains(c.Districts, r.Place.District) {
		return nil
	}
	return Faults{{"place.district", "unknown"}}
}

// whenFaults checks the dates: real ones, not after tomorrow, in order.
func whenFaults(w *When, today string) Faults {
	if w == nil {
		return nil
	}
	valid, last := ValidDay, AddDays(today, 1)
	if w.Precision == "month" {
		valid, last = ValidMonth, last[:len(monthLayout)]
	}
	var faults Faults
	for _, date := range []struct{ field, value string }{{"when.from", w.From}, {"when.to", w.To}} {
		switch {
		case date.value == "":
		case w.Precision == "unknown":
			faults = append(faults, FieldError{date.field, "unknown"})
		case !valid(date.value):
			faults = append(faults, FieldError{date.field, "date"})
		case date.value > last:
			faults = append(faults, FieldError{date.field, "future"})
		}
	}
	if faults == nil && w.To != "" && w.To < w.From {
		return Faults{{"when.to", "order"}}
	}
	return faults
}

// factFaults checks the days that deadlines run from: asked for, real, and not
// after tomorrow, since a deadline that runs from a day to come is a slip.
func (c *Checker) factFaults(r Report, today string) Faults {
	var faults Faults
	for id, day := range r.Facts {
		switch {
		case !slices.Contains(c.Facts, id):
			faults = append(faults, FieldError{"facts", "unknown"})
		case !ValidDay(day):
			faults = append(faults, FieldError{"facts." + id, "date"})
		case day > AddDays(today, 1):
			faults = append(faults, FieldError{"facts." + id, "future"})
		}
	}
	return faults
}

// formOrder is the order of the form's sections (domain.md §14).
var formOrder = []string{
	"v", "taxonomy", "lang", "role", "under18", "text", "manifestations", "areas", "place", "when", "grounds",
	"ground_other", "respondents", "respondent_org", "facts", "rung", "may_ask", "pass_on", "contact", "consents",
}

func inOrder(f Faults) Faults {
	at := func(e FieldError) int {
		name, _, _ := strings.Cut(strings.SplitN(e.Field, "[", 2)[0], ".")
		return slices.Index(formOrder, name)
	}
	slices.SortStableFunc(f, func(a, b FieldError) int {
		return cmp.Or(at(a)-at(b), strings.Compare(a.Field, b.Field), strings.Compare(a.Key, b.Key))
	})
	return slices.Compact(f)
}
