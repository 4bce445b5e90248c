package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// What one network may ask for before it counts as one that asks for much. Whole
// cities stand behind one address, so nothing is refused for it alone: others go
// first (protocol.md §11).
const (
	shareBurst  = 60     // at once
	shareSecond = 2      // more of it with each second
	shareOpen   = 16     // at a time
	maxNetworks = 50_000 // known at a time
)

// Networks tells the networks of those who ask apart, for an hour at most, and
// cannot say which they are: it keeps a code of the first 24 bits of an address,
// of 48 with IPv6, under a key that is made anew with each hour. Nothing of it
// is logged or stored. Visitors of the onion service have no address and are one
// network; so is everybody behind a proxy that does not say who asks.
type Networks struct {
	Header string // in which the proxy passes the address or its prefix; "" if there is none
	Now    func() time.Time
	Rand   io.Reader

	mu   sync.Mutex
	hour int64
	key  [32]byte
	seen map[[16]byte]*network
}

// A network is what is known of one of them: how much it may still ask for, and
// how much of what it asked for is not answered yet.
type network struct {
	left   float64
	filled time.Time
	open   int
}

// arrive takes the cost of a request off what its network may ask for, and says
// whether that is within its share.
func (n *Networks) arrive(r *http.Request, cost float64) (asks *network, within bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.Now()
	asks = n.find(prefix(n.said(r)), now)
	asks.left = min(shareBurst, asks.left+shareSecond*max(0, now.Sub(asks.filled).Seconds()))
	asks.filled = now
	within = asks.left >= cost && asks.open < shareOpen
	asks.left = max(0, asks.left-cost)
	asks.open++
	return asks, within
}

func (n *Networks) leave(asks *network) {
	n.mu.Lock()
	defer n.mu.Unlock()
	asks.open--
}

// find gives the network of a prefix. What is forgotten with the hour, or
// because there are too many, is forgiven.
func (n *Networks) find(prefix string, now time.Time) *network {
	if hour := now.Unix() / 3600; n.seen == nil || n.hour != hour || len(n.seen) >= maxNetworks {
		_, _ = io.ReadFull(n.Rand, n.key[:]) // crypto/rand never fails
		n.hour, n.seen = hour, map[[16]byte]*network{}
	}
	mac := hmac.New(sha256.New, n.key[:])
	mac.Write([]byte(prefix))
	code := [16]byte(mac.Sum(nil))
	asks := n.seen[code]
	if asks == nil {
		asks = &network{left: shareBurst, filled: now}
		n.seen[code] = asks
	}
	return asks
}

// said is the address or network as far as anybody says it.
func (n *Networks) said(r *http.Request) string {
	if n.Header != "" {
		return r.Header.Get(n.Header)
	}
	return r.RemoteAddr //nolint:forbidigo // a network, where Listener took the connection
}

// prefix cuts an address to its network. What a proxy has cut already stays as it
// is.
func prefix(said string) string {
	said = strings.TrimSpace(said)
	said, _, _ = strings.Cut(said, "/")
	address, err := netip.ParseAddr(said)
	if err != nil {
		return said[:min(len(said), 64)]
	}
	return networkOf(address)
}

// networkOf gives the network of an address: 24 bits, or 48 of an IPv6 one. This
// machine's own addresses are one network, "".
func networkOf(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	bits := 48
	switch {
	case !address.IsValid(), address.IsLoopback():
		return ""
	case address.Is4():
		bits = 24
	}
	cut, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	return cut.String()
}

// Listener hands out connections whose remote address is the network of who
// connects. The address itself never becomes text in the program: there is nothing
// to print, and nothing that memory could keep. Sockets that are not TCP stay as
// they are.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		var from origin
		if address, ok := tcp.RemoteAddr().(*net.TCPAddr); ok {
			from = origin(networkOf(address.AddrPort().Addr()))
		}
		return conn{tcp, from}, nil
	}
	return c, err
}

type conn struct {
	*net.TCPConn
	from origin
}

func (c conn) RemoteAddr() net.Addr { return c.from }

// An origin is a network as a net.Addr.
type origin string

func (origin) Network() string  { return "tcp" }
func (o origin) String() string { return string(o) }
