package auth_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/auth"
	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// A house is a Service on the real embedded store, with a clock of its own.
type house struct {
	*auth.Service
	db     *boltstore.DB
	now    time.Time
	pauses []time.Duration
	rev    int
	head   incident.Hash
}

func newHouse(t *testing.T) *house {
	t.Helper()
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	dir := t.TempDir()
	if err := auth.CreateKey(dir, "01", rand.Reader); err != nil {
		t.Fatal(err)
	}
	ring, err := auth.OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: db, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	h.Service = &auth.Service{Store: db, Keys: ring, Site: "melden.example", Now: clock, Rand: rand.Reader, Pace: &auth.Pace{
		Clock: clock,
		Sleep: func(_ context.Context, d time.Duration) error { h.pauses = append(h.pauses, d); return nil },
	}}
	return h
}

// Login proves and opens, as the site does for a member without a passkey.
func (h *house) Login(ctx context.Context, name string, proof []byte) (auth.Identity, error) {
	member, err := h.Prove(ctx, name, proof)
	if err != nil {
		return auth.Identity{}, err
	}
	return h.Open(ctx, member, "")
}

// hire stores a member with a login and gives its id, name and proof.
func (h *house) hire(t *testing.T) (member incident.MemberID, name string, proof []byte) {
	t.Helper()
	member, name, proof = incident.MemberID(hex.EncodeToString(random(16))), hex.EncodeToString(random(32)), random(32)
	h.line(t, &incident.Line{Member: member, Role: incident.RoleCaseworker, Desks: []string{"city"}})
	for id, b := range map[string][]byte{"name:" + name: []byte(member), "auth:" + string(member): auth.ProofRecord(proof)} {
		if err := h.db.PutKey(t.Context(), id+":0001", b); err != nil {
			t.Fatal(err)
		}
	}
	return member, name, proof
}

func (h *house) line(t *testing.T, says *incident.Line) {
	t.Helper()
	e, err := incident.NewLine(h.rev, h.head, incident.KindMember, incident.ActorSystem, "2026-11-22", incident.Op(random(16)), says)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	h.rev, h.head = e.Rev(), e.Hash
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func TestLoginOpensASession(t *testing.T) {
	h := newHouse(t)
	member, name, proof := h.hire(t)
	id, err := h.Login(t.Context(), name, proof)
	if err != nil {
		t.Fatal(err)
	}
	if id.Member != string(member) || id.Role != "caseworker" || !slices.Equal(id.Desks, []string{"city"}) || !id.Until.Equal(h.now.Add(auth.SessionLife)) {
		t.Errorf("identity %+v", id)
	}
	token, err := h.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	known, err := h.Verify(t.Context(), token)
	if err != nil || known.Member != id.Member {
		t.Errorf("verified as %q, %v", known.Member, err)
	}
	if h.Stale(known) {
		t.Error("a new token is stale")
	}
	h.now = h.now.Add(auth.RefreshAge)
	if !h.Stale(known) {
		t.Error("a token of five minutes is not stale")
	}
	if err := h.Logout(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Verify(t.Context(), token); !errors.Is(err, auth.ErrSession) {
		t.Errorf("after the log-out: %v, want ErrSession", err)
	}
	if err := h.Logout(t.Context(), known); err != nil {
		t.Errorf("a second log-out: %v", err)
	}
}

func TestRegressionR13LoginRefused(t *testing.T) {
	h := newHouse(t)
	_, name, proof := h.hire(t)
	left, leftName, leftProof := h.hire(t)
	h.line(t, &incident.Line{Member: left, Role: incident.RoleCaseworker, Desks: []string{"city"}, Off: true})
	for what, try := range map[string]struct {
		name  string
		proof []byte
	}{
		"wrong proof":         {name, random(32)},
		"no proof":            {name, nil},
		"the stored record":   {name, auth.ProofRecord(proof)},
		"proof and more":      {name, append(slices.Clone(proof), 0)},
		"unknown name":        {hex.EncodeToString(random(32)), proof},
		"unknown, zero proof": {hex.EncodeToString(random(32)), make([]byte, 32)},
		"who left":            {leftName, leftProof},
	} {
		id, err := h.Login(t.Context(), try.name, try.proof)
		if !errors.Is(err, auth.ErrLogin) || id.Member != "" {
			t.Errorf("%s: %q, %v; want ErrLogin and nobody", what, id.Member, err)
		}
	}
	if id, err := h.Login(t.Context(), name, proof); err != nil || id.Member == "" {
		t.Errorf("the right proof after all that: %v", err)
	}
	if len(h.pauses) != 2 {
		t.Errorf("pauses %v, want two: before the fourth and the fifth try of one name", h.pauses)
	}
}

func TestSessionEndsHard(t *testing.T) {
	h := newHouse(t)
	_, name, proof := h.hire(t)
	id, err := h.Login(t.Context(), name, proof)
	if err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(auth.SessionLife - time.Second)
	token, err := h.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Verify(t.Context(), token); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	h.now = h.now.Add(time.Second)
	if _, err := h.Verify(t.Context(), token); !errors.Is(err, auth.ErrSession) {
		t.Errorf("at the end: %v, want ErrSession", err)
	}
}

func TestLogOutEverywhere(t *testing.T) {
	h := newHouse(t)
	member, name, proof := h.hire(t)
	var tokens []string
	for range 3 {
		id, err := h.Login(t.Context(), name, proof)
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.Token(id)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	h.line(t, &incident.Line{Member: member, Role: incident.RoleCaseworker, Desks: []string{"city"}, Logout: true})
	for _, token := range tokens {
		if _, err := h.Verify(t.Context(), token); !errors.Is(err, auth.ErrSession) {
			t.Errorf("a session of before: %v, want ErrSession", err)
		}
	}
	if _, err := h.Login(t.Context(), name, proof); err != nil {
		t.Errorf("a new login: %v", err)
	}
}

func TestStoreAwayIsNoLogin(t *testing.T) {
	h := newHouse(t)
	_, name, proof := h.hire(t)
	id, err := h.Login(t.Context(), name, proof)
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.Token(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	for what, try := range map[string]func() error{
		"login":  func() error { _, err := h.Login(t.Context(), name, proof); return err },
		"verify": func() error { _, err := h.Verify(t.Context(), token); return err },
	} {
		err := try()
		if err == nil || errors.Is(err, auth.ErrLogin) || errors.Is(err, auth.ErrSession) || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want an error that is no verdict", what, err)
		}
	}
}

func TestNoRandomnessNoSession(t *testing.T) {
	h := newHouse(t)
	_, name, proof := h.hire(t)
	h.Rand = bytes.NewReader(nil)
	if _, err := h.Login(t.Context(), name, proof); err == nil {
		t.Error("a session without randomness was opened")
	}
}
