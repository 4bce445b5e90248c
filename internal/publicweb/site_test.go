package publicweb_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/frontend"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/intake"
	"github.com/beistand/beistand/internal/publicweb"
	"github.com/beistand/beistand/internal/seal"
	"github.com/beistand/beistand/internal/web"
)

// A town is the site on a real store, with an office whose key the test holds.
type town struct {
	http.Handler
	site  *publicweb.Site
	store *boltstore.DB
	away  *error // set: the store fails like this
	key   *age.HybridIdentity
}

const testSite = "muster.example"

// failing is the real store, which a test can take away.
type failing struct {
	*boltstore.DB
	err *error
}

func (f failing) Append(ctx context.Context, e incident.Event) error {
	if *f.err != nil {
		return *f.err
	}
	return f.DB.Append(ctx, e)
}

func newTown(t testing.TB) *town {
	t.Helper()
	store, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return townOn(t, store)
}

func townOn(t testing.TB, store *boltstore.DB) *town {
	t.Helper()
	identity, other := identityOf(t, 1), identityOf(t, 2)
	ring, err := intake.NewKeyring([]incident.PinnedKey{
		{Desk: "city", Epoch: 1, From: "2026-07", Recipient: identity.Recipient().String()},
		{Desk: "verein", Epoch: 1, From: "2026-07", Recipient: other.Recipient().String()},
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := config.ReadData(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	taxonomy := taxonomyOf(data.Taxonomy)
	check, err := incident.NewChecker(incident.Checker{
		Taxonomy: taxonomy, Languages: []string{"de", "en", "ar"}, Districts: []string{"mitte"}, Facts: []string{"written_dismissal_received_on", "rejection_received_on", "knowledge_on", "violation_ended_on"},
	})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	pages, err := pagesOnce()
	if err != nil {
		t.Fatal(err)
	}
	tn := &town{store: store, key: identity, away: new(error)}
	tn.site = &publicweb.Site{
		Intake: &intake.Service{
			Store: failing{store, tn.away}, Keys: func() *intake.Keyring { return ring }, Check: check, Site: testSite, Uploads: new(intake.Uploads), Now: now, Rand: rand.Reader,
		},
		Pages: pages, Taxonomy: taxonomy, Rules: rulesOf(t, data), ID: testSite, Exit: "https://www.dwd.de/", Answer: 3, Now: now,
		Gates: publicweb.NewGates(&web.Networks{Now: now, Rand: rand.Reader}),
		Desks: []publicweb.Desk{{
			ID: "city", Name: map[string]string{"de": "Antidiskriminierungsstelle der Stadt"}, Operator: map[string]string{"de": "Stadt Musterstadt"}, PublicBody: true,
			Conflict: []string{"city_body", "city_administration"},
		}},
		Districts: []publicweb.District{{ID: "mitte", Name: map[string]string{"": "Mitte"}}},
	}
	tn.lay()
	return tn
}

// pagesOnce prepares the pages of all towns: they never change, and under the race
// detector it takes a second.
var pagesOnce = sync.OnceValues(func() (*frontend.Renderer, error) {
	return frontend.New(frontend.Options{
		Office: frontend.Office{
			Name: frontend.Text{"de": "Antidiskriminierungsstelle Musterstadt", "en": "Anti-discrimination office Musterstadt"}, Fictional: true, FirstAnswerDays: 3,
			Help: []frontend.Help{{Name: frontend.Text{"de": "Polizei", "en": "Police"}, Number: "110"}, {Name: frontend.Text{"de": "Antidiskriminierungsstelle des Bundes"}, Number: "0800 546 546 5", Note: frontend.Text{"de": "montags bis donnerstags"}}},
		},
		Samples: publicweb.Samples(),
	})
})

// lay lays the routes again, after a test has changed the site.
func (tn *town) lay() {
	engine := web.New(tn.site.Missing)
	tn.site.Routes(engine.Group("", web.SetHeaders(web.PublicHeaders(web.Headers{}))))
	tn.Handler = engine.Handler()
}

// second gives the town an independent desk beside the city's.
func (tn *town) second() {
	tn.site.Desks = append(tn.site.Desks, publicweb.Desk{
		ID: "verein", Name: map[string]string{"de": "Beratung im Verein"}, Operator: map[string]string{"de": "Verein Musterhilfe e. V."},
	})
	tn.lay()
}

// identityOf makes the same key in every run, so that sizes are the same too.
func identityOf(t testing.TB, seed byte) *age.HybridIdentity {
	t.Helper()
	identity, err := age.ParseHybridIdentity(seal.IdentityString([32]byte{seed}))
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// rulesOf gives the shipped deadline rules in the words of the engine.
func rulesOf(t testing.TB, data config.Data) (rules incident.Rules) {
	t.Helper()
	text, err := json.Marshal(data.Rules)
	if err == nil {
		err = json.Unmarshal(text, &rules)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range data.Holidays {
		rules.Holidays = append(rules.Holidays, incident.Holiday{Day: h.Day, Nationwide: h.Nationwide})
	}
	return rules
}

func taxonomyOf(t config.Taxonomy) incident.Taxonomy {
	var codes []incident.Code
	for _, c := range t.Codes {
		codes = append(codes, incident.Code{Group: c.Group, Code: c.ID, Parent: c.Parent, AskedOf: c.AskedOf, LabelDE: c.LabelDE, Since: c.Since, Until: c.Until})
	}
	return incident.Taxonomy{Codes: codes}
}

func (tn *town) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	tn.ServeHTTP(w, r)
	return w
}

func (tn *town) get(path string) *httptest.ResponseRecorder {
	return tn.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as a browser without JavaScript does; pairs are names and values.
func (tn *town) post(t *testing.T, path string, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return tn.do(r)
}

// call sends JSON as the page's script does, padded with spaces.
func (tn *town) call(t *testing.T, path string, in any) *httptest.ResponseRecorder {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	body := string(raw) + strings.Repeat(" ", 100)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return tn.do(r)
}

var hidden = regexp.MustCompile(`name="receipt" id="receipt" value="(\d{32})"`)

// receipt fetches a form and gives the receipt that it carries.
func (tn *town) receipt(t *testing.T) string {
	t.Helper()
	m := hidden.FindStringSubmatch(tn.get("/de/report").Body.String())
	if m == nil {
		t.Fatal("the form carries no receipt")
	}
	return m[1]
}

// events are those of the case that a receipt belongs to.
func (tn *town) mailbox(t *testing.T, receipt string) intake.OpenMailbox {
	t.Helper()
	m, err := tn.site.Intake.OpenMailbox(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wants(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status: got %d, want %d", w.Code, status)
	}
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if !strings.Contains(string(body), text) {
			t.Errorf("answer lacks %q", text)
		}
	}
}
