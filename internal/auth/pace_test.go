package auth

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// waits records the pauses instead of taking them.
type waits struct {
	now   time.Time
	taken []time.Duration
}

func (w *waits) pace() *Pace {
	return &Pace{
		Clock: func() time.Time { return w.now },
		Sleep: func(_ context.Context, d time.Duration) error { w.taken = append(w.taken, d); return nil },
	}
}

func (w *waits) next(t *testing.T, p *Pace, name string) time.Duration {
	t.Helper()
	w.taken = nil
	if err := p.Wait(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if len(w.taken) == 0 {
		return 0
	}
	return w.taken[0]
}

func TestPaceGrowsByName(t *testing.T) {
	w := &waits{now: noon}
	p := w.pace()
	want := []time.Duration{0, 0, 0, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second}
	for i, d := range want {
		if got := w.next(t, p, "a"); got != d {
			t.Errorf("after %d failures: pause %v, want %v", i, got, d)
		}
		p.Failed("a")
	}
	if got := w.next(t, p, "b"); got != 0 {
		t.Errorf("another name waits %v, want none", got)
	}
	w.now = noon.Add(forgetAfter + time.Second)
	if got := w.next(t, p, "a"); got != 0 {
		t.Errorf("after %v: pause %v, want none", forgetAfter, got)
	}
	p.Failed("a")
	if got := w.next(t, p, "a"); got != 0 {
		t.Errorf("old failures came back with a new one: pause %v", got)
	}
}

func TestPacePassedForgets(t *testing.T) {
	w := &waits{now: noon}
	p := w.pace()
	for range 9 {
		p.Failed("a")
	}
	p.Passed("a")
	if got := w.next(t, p, "a"); got != 0 {
		t.Errorf("after a right proof: pause %v, want none", got)
	}
}

func TestPaceSlowsAllNames(t *testing.T) {
	w := &waits{now: noon}
	p := w.pace()
	for i := range freeInMinute + 10 {
		p.Failed(fmt.Sprint("name", i))
	}
	if got, want := w.next(t, p, "fresh"), 10*pauseInMinute; got != want {
		t.Errorf("pause of a fresh name %v, want %v", got, want)
	}
	w.now = noon.Add(time.Minute)
	if got, want := w.next(t, p, "fresh"), 10*pauseInMinute; got != want {
		t.Errorf("a minute later: %v, want %v", got, want)
	}
	w.now = noon.Add(2 * time.Minute)
	if got := w.next(t, p, "fresh"); got != 0 {
		t.Errorf("two minutes later: %v, want none", got)
	}
	for i := range 10_000 {
		p.Failed(fmt.Sprint("flood", i))
	}
	if got := w.next(t, p, "fresh"); got != longestGlobal {
		t.Errorf("under a flood: %v, want %v", got, longestGlobal)
	}
}

func TestPaceRemembersOnlySoMuch(t *testing.T) {
	w := &waits{now: noon}
	p := w.pace()
	for i := range maxNames + 500 {
		p.Failed(fmt.Sprint("name", i))
	}
	if got := len(p.names); got > maxNames {
		t.Errorf("%d names remembered, want at most %d", got, maxNames)
	}
}

// TestPaceBusy: a flood on some names makes these busy, each for itself and then
// all of them, and keeps no name out that did not fail: an office is never locked out.
func TestPaceBusy(t *testing.T) {
	enter, leave := make(chan struct{}), make(chan struct{})
	p := &Pace{
		Clock: func() time.Time { return noon },
		Sleep: func(context.Context, time.Duration) error { enter <- struct{}{}; <-leave; return nil },
	}
	names := make([]string, maxWaiting/maxOfName)
	for i := range names {
		names[i] = fmt.Sprint("flooded", i)
		for range freeFailures + freeInMinute {
			p.Failed(names[i])
		}
	}
	for range freeFailures {
		p.Failed("mistyped")
	}
	if _, all := p.pause("honest"); all == 0 {
		t.Fatal("the flood slows nobody else, so nothing is tried here")
	}
	done := make(chan error, maxWaiting)
	flood := func(name string) {
		for range maxOfName {
			go func() { done <- p.Wait(t.Context(), name) }()
			<-enter
		}
		if err := p.Wait(t.Context(), name); !errors.Is(err, ErrBusy) {
			t.Errorf("with %d of %s waiting: %v, want ErrBusy", maxOfName, name, err)
		}
	}
	for _, name := range names {
		flood(name)
	}
	if err := p.Wait(t.Context(), "honest"); err != nil {
		t.Errorf("a name that did not fail, with %d of others waiting: %v", maxWaiting, err)
	}
	if err := p.Wait(t.Context(), "mistyped"); !errors.Is(err, ErrBusy) {
		t.Errorf("a name that failed, with all places taken: %v, want ErrBusy", err)
	}
	close(leave)
	for range maxWaiting {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if p.waiting != 0 || len(p.queues) != 0 {
		t.Errorf("%d still counted as waiting, in %d queues", p.waiting, len(p.queues))
	}
}

func TestSleepEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if err := Sleep(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
}
