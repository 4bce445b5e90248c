package main

import (
	"net"
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

// TestAddressOfTheSite: pages name the site by its setting, else by the address
// that it listens on, in a form that can be typed on this machine.
func TestAddressOfTheSite(t *testing.T) {
	for _, tt := range []struct{ origin, listen, want string }{
		{"https://melden.example", "127.0.0.1:0", "https://melden.example"},
		{"", "127.0.0.1:0", "http://127.0.0.1:"},
		{"", "0.0.0.0:0", "http://localhost:"},
	} {
		socket, err := net.Listen("tcp", tt.listen)
		must(t, err)
		t.Cleanup(func() { must(t, socket.Close()) })
		s := server{config: config.Config{Site: config.Site{Origin: tt.origin}}}
		r := s.where(&listeners{sockets: map[string]net.Listener{"main": socket, "operator": socket}})
		if s.address != r.Public || !strings.HasPrefix(s.address, tt.want) {
			t.Errorf("origin %q, listening on %s: %q, want %q", tt.origin, tt.listen, s.address, tt.want)
		}
	}
}
