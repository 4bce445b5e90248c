package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// A Gate admits so many requests at a time and lets others wait, unread. Who
// asks for more than a network's share waits behind those who do not, and such
// networks take turns with each other; they never hold the reserved places. So a
// flood from one network slows that network, and nobody is shut out for where
// they come from. Places may not be changed once it is used.
type Gate struct {
	Networks *Networks
	Places   int           // requests at a time
	Reserved int           // of these, never given to a network above its share
	Waiting  int           // in each of the two lines
	Patience time.Duration // of one who waits
	Cost     float64       // of one request, in what a network may ask for

	mu     sync.Mutex
	inside int
	first  []*waiter              // within their networks' share, by arrival
	turns  []*network             // the others' networks, by turn
	later  map[*network][]*waiter // and who waits in each, by arrival
	behind int                    // how many these are
}

type waiter struct {
	called chan struct{} // closed when its turn comes
}

// oneNetwork is the part of the second line that one network may fill.
const oneNetwork = 4

// Admit is the gate as middleware. Whoever finds no place in time gets 429 if
// their own network asks for much, else 503; both mean that nothing was read.
func (g *Gate) Admit(c *gin.Context) {
	asks, within := g.Networks.arrive(c.Request, g.Cost)
	defer g.Networks.leave(asks)
	if !g.enter(c.Request.Context(), asks, within) {
		status := http.StatusServiceUnavailable
		if !within {
			status = http.StatusTooManyRequests
		}
		Fail(c, Refuse(status, "busy"))
		return
	}
	defer g.exit()
	c.Next()
}

func (g *Gate) enter(ctx context.Context, asks *network, within bool) bool {
	w, ok := g.line(asks, within)
	if w == nil {
		return ok
	}
	patience := time.NewTimer(g.Patience)
	defer patience.Stop()
	select {
	case <-w.called:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	return !g.giveUp(w, asks, within)
}

// line gives a place at once, or one in a line, or neither.
func (g *Gate) line(asks *network, within bool) (*waiter, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := &waiter{make(chan struct{})}
	if within {
		if len(g.first) >= g.Waiting {
			return nil, false
		}
		g.first = append(g.first, w)
	} else {
		if g.later == nil {
			g.later = map[*network][]*waiter{}
		}
		mine := g.later[asks]
		if g.behind >= g.Waiting || len(mine) >= max(1, g.Waiting/oneNetwork) {
			return nil, false
		}
		if len(mine) == 0 {
			g.turns = append(g.turns, asks)
		}
		g.later[asks] = append(mine, w)
		g.behind++
	}
	g.call()
	select {
	case <-w.called:
		return nil, true
	default:
		return w, true
	}
}

// call gives free places to those whose turn it is.
func (g *Gate) call() {
	for g.inside < g.Places {
		switch {
		case len(g.first) > 0:
			close(g.first[0].called)
			g.first = slices.Delete(g.first, 0, 1)
		case len(g.turns) > 0 && g.inside < g.Places-g.Reserved:
			asks := g.turns[0]
			g.turns = append(slices.Delete(g.turns, 0, 1), asks)
			close(g.later[asks][0].called)
			g.drop(asks, 0)
		default:
			return
		}
		g.inside++
	}
}

// drop takes one who waits out of the second line.
func (g *Gate) drop(asks *network, at int) {
	g.behind--
	if g.later[asks] = slices.Delete(g.later[asks], at, at+1); len(g.later[asks]) > 0 {
		return
	}
	delete(g.later, asks)
	at = slices.Index(g.turns, asks)
	g.turns = slices.Delete(g.turns, at, at+1)
}

// giveUp takes one out of line who waits no longer. If the turn came meanwhile, it
// is not given up: false.
func (g *Gate) giveUp(w *waiter, asks *network, within bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-w.called:
		return false
	default:
	}
	if within {
		at := slices.Index(g.first, w)
		g.first = slices.Delete(g.first, at, at+1)
	} else {
		g.drop(asks, slices.Index(g.later[asks], w))
	}
	return true
}

func (g *Gate) exit() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.call()
}
