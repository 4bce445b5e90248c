package auth

import (
	"context"
	"sync"
	"time"
)

// Limits of Pace.
const (
	freeFailures  = 3                      // of one name before the first pause
	firstPause    = 250 * time.Millisecond // doubled with each further failure
	longestPause  = 8 * time.Second        // of one name
	forgetAfter   = 15 * time.Minute       // without a further failure
	freeInMinute  = 30                     // failures of all names together
	pauseInMinute = 50 * time.Millisecond  // for each one above
	longestGlobal = 2 * time.Second
	maxNames      = 10_000 // names remembered
	maxWaiting    = 256    // logins that wait at the same time
	maxOfName     = 32     // of these, of one name
)

// A Pace slows logins down after failures, by name and over all names, and never
// locks anybody out: the right proof is let in after the pause. It remembers in
// memory only, and only the hashed names that were sent. The passphrase carries
// its full strength itself; this keeps noise and load down.
type Pace struct {
	// Clock tells the time.
	Clock func() time.Time
	// Sleep waits, or returns the context's error. Sleep of this package will do.
	Sleep func(ctx context.Context, d time.Duration) error

	mu      sync.Mutex
	names   map[string]tally
	minute  time.Time
	failed  int // in this minute
	before  int // in the minute before
	waiting int
	queues  map[string]int // waiting, by name
}

type tally struct {
	failures int
	last     time.Time
}

// Sleep waits for d or until the context ends.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Wait pauses before a login of the name is checked. It returns ErrBusy if too
// many logins of this name wait already, or of all names that failed before. A
// name that never failed is not kept waiting by a flood on others: then nobody
// could lock a whole office out.
func (p *Pace) Wait(ctx context.Context, name string) error {
	p.mu.Lock()
	own, all := p.pause(name)
	full := p.waiting >= maxWaiting
	if own == 0 && (all == 0 || full) {
		p.mu.Unlock()
		return nil
	}
	if full || p.queues[name] >= maxOfName {
		p.mu.Unlock()
		return ErrBusy
	}
	if p.queues == nil {
		p.queues = map[string]int{}
	}
	p.waiting++
	p.queues[name]++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.waiting--
		if p.queues[name]--; p.queues[name] == 0 {
			delete(p.queues, name)
		}
		p.mu.Unlock()
	}()
	return p.Sleep(ctx, max(own, all))
}

// Failed remembers that a login of the name was refused.
func (p *Pace) Failed(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Clock()
	p.turn(now)
	p.failed++
	if p.names == nil {
		p.names = map[string]tally{}
	}
	t := p.recall(name, now)
	if _, known := p.names[name]; !known && len(p.names) >= maxNames {
		p.forget(now)
	}
	p.names[name] = tally{t.failures + 1, now}
}

// Passed forgets the failures of the name.
func (p *Pace) Passed(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.names, name)
}

// pause gives the name's and the global one; the longer is waited for.
func (p *Pace) pause(name string) (own, all time.Duration) {
	now := p.Clock()
	p.turn(now)
	if n := p.recall(name, now).failures - freeFailures; n >= 0 {
		own = min(firstPause<<min(n, 16), longestPause)
	}
	if n := max(p.failed, p.before) - freeInMinute; n > 0 {
		all = min(time.Duration(n)*pauseInMinute, longestGlobal)
	}
	return own, all
}

func (p *Pace) recall(name string, now time.Time) tally {
	t := p.names[name]
	if now.Sub(t.last) > forgetAfter {
		return tally{}
	}
	return t
}

// turn begins a new minute of the global count.
func (p *Pace) turn(now time.Time) {
	minute := now.Truncate(time.Minute)
	if minute.Equal(p.minute) {
		return
	}
	p.before = 0
	if minute.Equal(p.minute.Add(time.Minute)) {
		p.before = p.failed
	}
	p.minute, p.failed = minute, 0
}

// forget makes room: all old names, or any one if none is old.
func (p *Pace) forget(now time.Time) {
	for name, t := range p.names {
		if now.Sub(t.last) > forgetAfter {
			delete(p.names, name)
		}
	}
	for name := range p.names {
		if len(p.names) < maxNames {
			return
		}
		delete(p.names, name)
	}
}
