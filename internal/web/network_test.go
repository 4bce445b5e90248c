package web_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/beistand/beistand/internal/web"
)

func TestNetworkOf(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.77":            "203.0.113.0/24",
		"::ffff:203.0.113.77":     "203.0.113.0/24",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1::/48",
		"fe80::1:2:3:4%eth0":      "fe80::/48",
		"127.94.43.11":            "",
		"::1":                     "",
		"::ffff:127.0.0.1":        "",
		"2001:db8:1:2:3:4:5:6%en": "2001:db8:1::/48",
	} {
		if got := web.NetworkOf(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	if got := web.NetworkOf(netip.Addr{}); got != "" {
		t.Errorf("no address: got %q", got)
	}
}

// TestListenerHidesAddresses: a connection does not say who is at its other end,
// and can do everything else that it could.
func TestListenerHidesAddresses(t *testing.T) {
	var listen net.ListenConfig
	socket, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := web.Listener(socket)
	t.Cleanup(func() { _ = l.Close() })
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 94, 43, 17)}}
	there, err := dialer.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = there.Close() })
	here, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = here.Close() })
	if got := here.RemoteAddr(); got.String() != "" || got.Network() != "tcp" {
		t.Errorf("got remote address %q of %q", got, got.Network())
	}
	if got := here.LocalAddr(); got.String() != l.Addr().String() {
		t.Errorf("got local address %v, want %v", got, l.Addr())
	}
	if _, ok := here.(io.ReaderFrom); !ok {
		t.Error("files are not sent by the kernel any more")
	}
	half, ok := here.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		t.Fatal("a half cannot be closed: whoever still sends never reads the refusal")
	}
	if n, err := there.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("got %d bytes, %v", n, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("a closed listener accepts")
	}
}
