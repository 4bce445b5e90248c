package caseweb

import (
	"net/http"
	"strings"
	"testing"

	"github.com/beistand/beistand/internal/incident"
)

// A year is counted by the plan in the ledger, and by no other.
func TestPlanIsDeclaredFirst(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	c := o.hire(t, incident.RoleCoordinator, city, body)
	y := c.year(t)
	if y.Declared != nil {
		t.Fatalf("declared by nobody: %+v", y.Declared)
	}
	cells := map[string]int{}
	for _, id := range y.Cells {
		cells[id] = 0
	}
	status, answer, _ := c.call(t, "POST", "/statistics/2025/draft", map[string]any{"v": 1, "year": 2025, "plan": y.Hash, "cells": cells})
	wants(t, "counting without a plan", status, answer, http.StatusConflict, "plan_not_declared")
	status, answer, _ = c.call(t, "POST", "/statistics/2025/plan", map[string]any{"plan": strings.Repeat("0", 64), "cause": ""})
	wants(t, "declaring another plan than the one that was read", status, answer, http.StatusConflict, "conflict")
	if status, answer, _ = c.call(t, "POST", "/statistics/2025/plan", map[string]any{"plan": y.Hash, "cause": ""}); status != http.StatusCreated {
		t.Fatalf("declaring: %d %s", status, answer)
	}
	if d := c.year(t).Declared; d == nil || d.By != string(c.member) || d.Day != testDay || !d.Same {
		t.Errorf("declared: %+v", d)
	}
	// The settings get another plan.
	other, err := o.site.Statistics.Plan.With(0, 5)
	if err != nil {
		t.Fatal(err)
	}
	o.site.Statistics.Plan = other
	changed := c.year(t)
	if changed.Declared.Same {
		t.Error("the changed plan is taken for the declared one")
	}
	status, answer, _ = c.call(t, "POST", "/statistics/2025/plan", map[string]any{"plan": changed.Hash, "cause": ""})
	wants(t, "another plan without a cause", status, answer, http.StatusConflict, "transition")
	if status, answer, _ = c.call(t, "POST", "/statistics/2025/plan", map[string]any{"plan": changed.Hash, "cause": "fit_failed"}); status != http.StatusCreated {
		t.Fatalf("another plan with a cause: %d %s", status, answer)
	}
}

// A waived year is not counted any more, and one person waives nothing.
func TestWaiver(t *testing.T) {
	o := newOffice(t)
	o.lastYear(t, 131)
	first, second := o.hire(t, incident.RoleCoordinator, city, body), o.hire(t, incident.RoleCoordinator, city, body)
	for range 2 {
		first.call(t, "POST", "/statistics/2025/waiver", map[string]any{})
	}
	if w := second.year(t).Waiver; w == nil || w.Done || w.Own {
		t.Fatalf("asked by one: %+v", w)
	}
	counts := o.counted(t, 131, nil)
	second.call(t, "POST", "/statistics/2025/waiver", map[string]any{})
	if w := first.year(t).Waiver; w == nil || !w.Done || !w.Own {
		t.Fatalf("agreed by another: %+v", w)
	}
	status, answer, _ := first.call(t, "POST", "/statistics/2025/draft", counts)
	wants(t, "counting a waived year", status, answer, http.StatusConflict, "waived")
}
