package mongostore

import (
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/beistand/beistand/internal/storetest"
)

// largeWrite is more than every command has but the insert of a report.
const largeWrite = 10_000

// A lossy dialer stands between the driver and the server: it brings every
// write there and loses answers.
type lossy struct {
	net.Dialer
	next, all atomic.Bool
	begun     atomic.Bool // the insert of which the answer is lost was written
}

func (l *lossy) Next() { l.next.Store(true) }

func (l *lossy) All(lose bool) {
	l.begun.Store(false)
	l.all.Store(lose)
}

// DialContext connects as the driver's own dialer does.
func (l *lossy) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &lossyConn{Conn: conn, dialer: l}, nil
}

type lossyConn struct {
	net.Conn
	dialer *lossy
	lose   atomic.Bool
}

func (c *lossyConn) Write(b []byte) (int, error) {
	if len(b) > largeWrite {
		if c.dialer.next.Swap(false) {
			c.lose.Store(true)
		}
		if c.dialer.all.Load() {
			c.dialer.begun.Store(true)
		}
	}
	return c.Conn.Write(b)
}

func (c *lossyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && (c.lose.Load() || c.dialer.begun.Load()) {
		_ = c.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

func faulty(t *testing.T, address string) (storetest.Store, storetest.Fault) {
	t.Helper()
	l := &lossy{}
	o := optionsOf(address)
	o.dialer = l
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("opening: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, l
}
