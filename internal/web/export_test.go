package web

import (
	"net/http"
	"net/netip"
)

// Visit notes a request as a gate does, and ends it.
func (n *Networks) Visit(r *http.Request) {
	asks, _ := n.arrive(r, 1)
	n.leave(asks)
}

// Known gives how many networks are remembered.
func (n *Networks) Known() int { return len(n.seen) }

// NetworkOf gives the network of an address.
func NetworkOf(address netip.Addr) string { return networkOf(address) }
