package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
)

// A finding is one fault that verify found.
type finding struct {
	Where string `json:"where"` // ledger, or a case and its event
	What  string `json:"what"`
	Grave bool   `json:"grave,omitempty"` // a chain broke, or ends before the checkpoint
}

// A verdict is what verify found in the whole store.
type verdict struct {
	Cases    int       `json:"cases"`
	Events   int       `json:"events"`
	Lines    int       `json:"ledger_lines"`
	Editions int       `json:"editions"`
	Findings []finding `json:"findings"`
}

// verify checks the store; it asks the running server if there is one.
func (p program) verify(args []string) (err error) {
	if len(args) > 0 && args[0] == "site" {
		return p.verifySite(args[1:])
	}
	if len(args) > 0 && args[0] == "store" {
		args = args[1:]
	}
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	file := flags.String("config", "", "file with the settings")
	asJSON := flags.Bool("json", false, "print the verdict as JSON")
	testEngine := flags.Bool("allow-test-engine", false, "open an engine that must not hold reports")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return errUsage
	}
	c, err := config.Load(*file, p.env)
	if err != nil {
		return err
	}
	var v verdict
	served, err := askServer(p.ctx, c, "GET /verify", &v)
	if err != nil {
		return err
	}
	if !served {
		db, err := openStore(p.ctx, c, *testEngine)
		if err != nil {
			return err
		}
		defer closing(db, &err)
		if v, err = verifyAll(p.ctx, c, db); err != nil {
			return err
		}
	}
	return v.print(p.stdout, *asJSON)
}

func closing(c io.Closer, err *error) {
	if e := c.Close(); e != nil && *err == nil {
		*err = e
	}
}

func (v verdict) print(w io.Writer, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(w).Encode(v); err != nil {
			return err
		}
	} else {
		for _, f := range v.Findings {
			fmt.Fprintf(w, "%s: %s\n", f.Where, f.What)
		}
		fmt.Fprintf(w, "%d cases, %d events, %d ledger lines, %d editions, %d faults\n", v.Cases, v.Events, v.Lines, v.Editions, len(v.Findings))
	}
	if len(v.Findings) > 0 {
		return errFound
	}
	return nil
}

const page = 500

// verifyStore checks the ledger, every case's chain, every projection and that
// chunks and the events that name them agree. It reads only.
func verifyStore(ctx context.Context, db store) (verdict, error) {
	v := verdict{Findings: []finding{}}
	if err := v.ledger(ctx, db); err != nil {
		return v, err
	}
	named := map[incident.UploadID]int{}
	for after := incident.CaseID(""); ; {
		heads, err := db.Heads(ctx, after, page)
		if err != nil {
			return v, fmt.Errorf("reading heads: %w", err)
		}
		for _, h := range heads {
			if err := v.file(ctx, db, h, named); err != nil {
				return v, err
			}
			after = h.Case
		}
		if len(heads) < page {
			break
		}
	}
	if err := v.chunks(ctx, db, named); err != nil {
		return v, err
	}
	return v, v.editions(ctx, db)
}

func (v *verdict) found(where, what string) {
	v.Findings = append(v.Findings, finding{Where: where, What: what})
}

// broken notes a fault that nothing repairs.
func (v *verdict) broken(where, what string) {
	v.Findings = append(v.Findings, finding{where, what, true})
}

func (v verdict) grave() (n int) {
	for _, f := range v.Findings {
		if f.Grave {
			n++
		}
	}
	return n
}

func (v *verdict) ledger(ctx context.Context, db store) error {
	var lines []incident.Event
	for {
		more, err := db.Lines(ctx, len(lines), page)
		if errors.Is(err, incident.ErrChain) {
			v.broken("ledger", err.Error())
			break
		}
		if err != nil {
			return fmt.Errorf("reading the ledger: %w", err)
		}
		lines = append(lines, more...)
		if len(more) < page {
			break
		}
	}
	v.Lines = len(lines)
	if err := incident.CheckChain(incident.LedgerID, lines); err != nil && len(lines) > 0 {
		v.broken("ledger", err.Error())
	}
	return v.members(ctx, db, lines)
}

// members holds what the server believes of its members against the ledger, and
// looks for lines of people whom nobody admitted.
func (v *verdict) members(ctx context.Context, db store, lines []incident.Event) error {
	members, err := incident.Members(lines)
	if err != nil {
		v.broken("ledger", err.Error())
		return nil
	}
	for id, want := range members {
		got, err := db.Member(ctx, id)
		if err != nil && !errors.Is(err, incident.ErrNotFound) {
			return fmt.Errorf("reading a member: %w", err)
		}
		sameDesks := slices.Equal(got.Desks, want.Desks) // none is nil in one and empty in the other
		got.ID, got.Desks, want.Desks = id, nil, nil
		if !sameDesks || !reflect.DeepEqual(got, want) {
			v.found("member "+string(id), "role, desks or sessions differ from the ledger")
		}
	}
	for _, e := range lines {
		_, known := members[incident.MemberID(e.Actor)]
		if !known && e.Actor != incident.ActorSystem && e.Actor != incident.ActorOffice {
			v.broken("ledger", fmt.Sprintf("line %d is by somebody whom no line admits", e.Rev()))
		}
	}
	return nil
}

// file checks one case: its chain, its fold, its projection.
func (v *verdict) file(ctx context.Context, db store, h incident.Head, named map[incident.UploadID]int) error {
	events, err := db.Raw(ctx, h.Case)
	if err != nil {
		return fmt.Errorf("reading a case: %w", err)
	}
	v.Cases++
	v.Events += len(events)
	where := "case " + string(h.Case)
	if h.State.Final() {
		return nil
	}
	if err := incident.CheckChain(h.Case, events); err != nil {
		v.broken(where, err.Error())
		return nil
	}
	c, err := incident.Fold(h.Case, events)
	if err != nil {
		v.found(where, err.Error())
		return nil
	}
	acts := map[incident.Op]bool{}
	for _, e := range events {
		if acts[e.Op] {
			v.broken(where, fmt.Sprintf("event %d repeats an act that stands before it", e.Rev()))
		}
		acts[e.Op] = true
		p, err := e.PublicFields()
		if err != nil {
			v.found(where, fmt.Sprintf("event %d: %v", e.Rev(), err))
			continue
		}
		for _, a := range p.Att {
			named[h.Case.Upload(a.ID)] = a.Chunks
		}
	}
	s, err := db.Projection(ctx, h.Case)
	switch {
	case errors.Is(err, incident.ErrNotFound):
		v.found(where, "projection is missing; it is rebuilt when the case is opened")
	case err != nil:
		return fmt.Errorf("reading a projection: %w", err)
	case s.Rev == c.Rev && !reflect.DeepEqual(s, c.Summary):
		v.found(where, "projection differs from the events")
	case s.Rev > c.Rev:
		v.found(where, "projection knows events that are gone")
	}
	return nil
}

// chunks compares stored pieces with the events that name them. Pieces of an
// upload that still runs belong to nobody yet; the sweep looks after them.
func (v *verdict) chunks(ctx context.Context, db store, named map[incident.UploadID]int) error {
	have := map[incident.UploadID]int{}
	for after := incident.ChunkID(""); ; {
		ids, err := db.ChunkIDs(ctx, after, page)
		if err != nil {
			return fmt.Errorf("reading chunks: %w", err)
		}
		for _, id := range ids {
			have[id.Upload()]++
			after = id
		}
		if len(ids) < page {
			break
		}
	}
	for upload, want := range named {
		if have[upload] != want {
			id, _, _ := strings.Cut(string(upload), ":")
			v.found("case "+id, fmt.Sprintf("attachment has %d of %d pieces", have[upload], want))
		}
	}
	return nil
}
