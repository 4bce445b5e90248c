package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beistand/beistand/config"
)

// fakeRecipient has the shape of a key; config checks no more.
func fakeRecipient(letter string) string { return "age1pq1" + strings.Repeat(letter, 1952) }

func at(t *testing.T, text string) time.Time {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func keysFile(t *testing.T, changed string, lines ...string) config.Keys {
	t.Helper()
	path := filepath.Join(t.TempDir(), "office-keys.txt")
	text := "# beistand office keys v1:  desk  epoch  from  until  recipient\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	when := at(t, changed)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
	keys, err := config.ReadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestPinnedKeys(t *testing.T) {
	keys := keysFile(t, "2026-06-20 12:00",
		"city       1      2026-01  2026-06  "+fakeRecipient("q"),
		"# a remark", "",
		"verein\t1\t2026-02\t-\t"+fakeRecipient("p"),
		"city       2      2026-07  -        "+fakeRecipient("z"))
	if got := keys.All("city"); len(got) != 2 || got[0].Epoch != 1 || got[1].Recipient != fakeRecipient("z") || got[1].Until != "" {
		t.Errorf("city: got %d keys", len(got))
	}
}

func TestClosedEpochIsTakenFor48Hours(t *testing.T) {
	planned := keysFile(t, "2026-06-20 12:00", // pinned before its time
		"city 1 2026-01 2026-06 "+fakeRecipient("q"), "city 2 2026-07 - "+fakeRecipient("p"))
	atOnce := keysFile(t, "2026-03-10 15:00", // somebody left
		"city 1 2026-01 2026-03 "+fakeRecipient("q"), "city 2 2026-03 2026-03 "+fakeRecipient("p"), "city 3 2026-03 - "+fakeRecipient("z"))
	ended := keysFile(t, "2026-01-01 00:00", "city 1 2026-01 2026-06 "+fakeRecipient("q"))
	for _, tt := range []struct {
		name  string
		keys  config.Keys
		epoch int
		want  string
	}{
		{"planned", planned, 1, "2026-07-03 00:00"},
		{"planned", planned, 2, ""},
		{"at once", atOnce, 3, ""},
		{"at once", atOnce, 2, "2026-03-12 15:00"},
		{"at once", atOnce, 1, "2026-03-01 00:00"},
		{"ended", ended, 1, "2026-07-03 00:00"},
	} {
		want := time.Time{}
		if tt.want != "" {
			want = at(t, tt.want)
		}
		key := tt.keys.All("city")[tt.epoch-1]
		if got := tt.keys.Closes(key, at(t, "2026-01-01 00:00").Location()); !got.Equal(want) {
			t.Errorf("%s, epoch %d: closes %v, want %v", tt.name, tt.epoch, got, want)
		}
	}
}

func TestKeysFileFaults(t *testing.T) {
	const head = "# beistand office keys v1:\n"
	r := fakeRecipient("q")
	for _, tt := range []struct{ text, want string }{
		{"", "line 1"},
		{"city 1 2026-01 - " + r, "line 1"},
		{head + "city 1 2026-01 -", "line 2: want desk"},
		{head + "city 1 2026-01 - " + r + " more", "line 2: want desk"},
		{head + "City 1 2026-01 - " + r, "desk"},
		{head + "city 01 2026-01 - " + r, "epoch"},
		{head + "city 0 2026-01 - " + r, "epoch"},
		{head + "city 2 2026-01 - " + r, "line 2: the epoch does not follow"},
		{head + "city 1 2026-13 - " + r, "from"},
		{head + "city 1 2026-1 - " + r, "from"},
		{head + "city 1 2026-03 2026-02 " + r, "until"},
		{head + "city 1 2026-01 - " + r[:1958], "recipient"},
		{head + "city 1 2026-01 - " + r[:1958] + "b", "recipient"},
		{head + "city 1 2026-01 - " + strings.ToUpper(r), "recipient"},
		{head + "city 1 2026-01 - age1" + strings.Repeat("q", 1955), "recipient"},
		{head + "city 1 2026-01 - " + r + "\ncity 1 2026-02 - " + fakeRecipient("p"), "line 3: the epoch does not follow"},
		{head + "city 1 2026-03 - " + r + "\ncity 2 2026-02 - " + fakeRecipient("p"), "begins before"},
		{head + "city 1 2026-01 - " + r + "\ncity 2 2026-02 - " + r, "has the key of"},
	} {
		path := filepath.Join(t.TempDir(), "k")
		if err := os.WriteFile(path, []byte(tt.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := config.ReadKeys(path); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("want %q, got %.200v", tt.want, err)
		}
	}
}

func TestPin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office-keys.txt")
	if keys, err := config.ReadKeys(path); err != nil || keys.All("city") != nil {
		t.Fatalf("no file: got %v", err)
	}
	pin := func(desk string, epoch int, from, letter string) error {
		return config.Pin(path, config.Key{Desk: desk, Epoch: epoch, From: from, Recipient: fakeRecipient(letter)})
	}
	for _, err := range []error{
		pin("city", 1, "2026-01", "q"),
		pin("verein", 1, "2026-02", "p"),
		pin("city", 2, "2026-07", "z"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "# beistand office keys v1:  desk  epoch  from  until  recipient\n" +
		"city  1  2026-01  2026-07  " + fakeRecipient("q") + "\n" +
		"verein  1  2026-02  -  " + fakeRecipient("p") + "\n" +
		"city  2  2026-07  -  " + fakeRecipient("z") + "\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", short(string(got)), short(want))
	}
	for name, err := range map[string]error{
		"again": pin("city", 2, "2026-08", "y"), "gap": pin("city", 4, "2026-08", "y"), "first": pin("new", 2, "2026-08", "y"),
	} {
		if !errors.Is(err, config.ErrEpoch) {
			t.Errorf("%s: got %v, want ErrEpoch", name, err)
		}
	}
	for name, err := range map[string]error{
		"earlier": pin("city", 3, "2026-06", "y"), "same key": pin("city", 3, "2026-08", "z"),
		"shape": config.Pin(path, config.Key{Desk: "city", Epoch: 3, From: "2026-08", Recipient: "age1x"}),
		"line":  config.Pin(path, config.Key{Desk: "a 1 2026-01 - x\nb", Epoch: 1, From: "2026-08", Recipient: fakeRecipient("y")}),
	} {
		if err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != want {
		t.Error("a refused pin changed the file")
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestPinKeepsWhatAnOperatorWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	before := "# beistand office keys v1: ours\n\n# checked on the phone\ncity   1\t2026-01  2026-06  " + fakeRecipient("q")
	if err := os.WriteFile(path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := config.Pin(path, config.Key{Desk: "city", Epoch: 2, From: "2026-07", Recipient: fakeRecipient("p")}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := before + "\ncity  2  2026-07  -  " + fakeRecipient("p") + "\n"; string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", short(string(got)), short(want))
	}
}

func TestPinWaitsForNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	if err := os.WriteFile(path+".new", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := config.Pin(path, config.Key{Desk: "city", Epoch: 1, From: "2026-07", Recipient: fakeRecipient("p")})
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), ".new") {
		t.Errorf("got %v", err)
	}
}

// short leaves out the middle of recipients.
func short(text string) string {
	for _, letter := range []string{"q", "p", "z", "y"} {
		text = strings.ReplaceAll(text, strings.Repeat(letter, 1952), letter+"…")
	}
	return text
}

// Any line that is taken can be written again, and a key pinned behind it is read back.
func FuzzReadKeys(f *testing.F) {
	f.Add("# beistand office keys v1:\ncity 1 2026-01 - " + fakeRecipient("q"))
	f.Add("# beistand office keys v1:\ncity 1 2026-01 2026-06 " + fakeRecipient("q") + "\r\ncity\t2 2026-06 - " + fakeRecipient("p"))
	f.Add("# beistand office keys v1:")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "k")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		keys, err := config.ReadKeys(path)
		if err != nil {
			return
		}
		before := keys.All("city")
		next := config.Key{Desk: "city", Epoch: len(before) + 1, From: "9999-12", Recipient: fakeRecipient("7")}
		if err := config.Pin(path, next); err != nil {
			if len(before) > 0 && before[len(before)-1].Recipient == next.Recipient {
				return
			}
			t.Fatal(err)
		}
		keys, err = config.ReadKeys(path)
		if err != nil {
			t.Fatal(err)
		}
		after := keys.All("city")
		if len(after) != len(before)+1 || after[len(before)] != next {
			t.Errorf("got %d keys, want %d", len(after), len(before)+1)
		}
		for i := range before {
			if before[i].Recipient != after[i].Recipient || before[i].From != after[i].From {
				t.Errorf("epoch %d changed", i+1)
			}
		}
	})
}
