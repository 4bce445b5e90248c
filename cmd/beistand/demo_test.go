package main

import (
	"testing"
	"time"
)

// TestDemoDay: the fictional city's calendar goes ahead, never back.
func TestDemoDay(t *testing.T) {
	today := time.Now()
	tests := map[string]struct {
		text string
		want int
		ok   bool
	}{
		"today":     {today.Format(time.DateOnly), 0, true},
		"later":     {today.AddDate(0, 0, 40).Format(time.DateOnly), 40, true},
		"yesterday": {today.AddDate(0, 0, -1).Format(time.DateOnly), 0, false},
		"no day":    {"2030-02-30", 0, false},
		"nothing":   {"", 0, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var o demoOptions
			err := o.setDay(tt.text)
			if (err == nil) != tt.ok || tt.ok && o.ahead != tt.want {
				t.Errorf("setDay(%q): %v, %d days ahead; want ok %v, %d", tt.text, err, o.ahead, tt.ok, tt.want)
			}
		})
	}
	s := server{zone: time.UTC, ahead: 40}
	if got, want := s.now().Format(time.DateOnly), time.Now().UTC().AddDate(0, 0, 40).Format(time.DateOnly); got != want {
		t.Errorf("the office's day is %s, want %s", got, want)
	}
}
