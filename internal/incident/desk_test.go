package incident

import (
	"testing"
	"time"
)

func TestPinnedKey(t *testing.T) {
	closed := PinnedKey{From: "2026-01", Until: "2026-11"}
	open := PinnedKey{From: "2026-11"}
	at := func(day, clock string) time.Time {
		when, err := time.Parse(time.DateTime, day+" "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	replaced := PinnedKey{From: "2026-01", Until: "2026-11", Closes: at("2026-11-12", "15:00:00")}
	for _, tt := range []struct {
		key            PinnedKey
		at             time.Time
		inUse, accepts bool
	}{
		{closed, at("2025-12-31", "23:59:59"), false, false},
		{closed, at("2026-01-01", "00:00:00"), true, true},
		{closed, at("2026-11-22", "12:00:00"), true, true},
		{closed, at("2026-11-30", "23:59:59"), true, true},
		// A page that stood open when the month ended is still taken.
		{closed, at("2026-12-01", "00:00:00"), false, true},
		{closed, at("2026-12-02", "23:59:59"), false, true},
		{closed, at("2026-12-03", "00:00:00"), false, false},
		{open, at("2026-10-31", "23:59:59"), false, false},
		{open, at("2026-11-01", "00:00:00"), true, true},
		{open, at("2099-12-31", "23:59:59"), true, true},
		// Somebody left in the middle of the month.
		{replaced, at("2026-11-12", "14:59:59"), true, true},
		{replaced, at("2026-11-12", "15:00:00"), true, false},
	} {
		if inUse, accepts := tt.key.InUse(tt.at), tt.key.Accepts(tt.at); inUse != tt.inUse || accepts != tt.accepts {
			t.Errorf("key %s to %q at %s: in use %t, accepts %t, want %t, %t",
				tt.key.From, tt.key.Until, tt.at.Format(time.DateTime), inUse, accepts, tt.inUse, tt.accepts)
		}
	}
}
