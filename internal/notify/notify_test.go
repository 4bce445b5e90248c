package notify

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/boltstore"
	"github.com/beistand/beistand/internal/incident"
)

// The first working day after the day of the tests is a Monday.
var monday = time.Date(2026, 11, 23, 7, 5, 0, 0, time.UTC)

func openStore(t *testing.T) *boltstore.DB {
	t.Helper()
	db, err := boltstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func addCase(t *testing.T, db *boltstore.DB) incident.CaseID {
	t.Helper()
	id := incident.CaseID(strings.Repeat("ab", 16))
	e, err := incident.NewCase(id, incident.Op{1}, "2026-11", "city", 1, incident.TrackReport, nil, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return id
}

// A box takes mails, or refuses them.
type box struct {
	mu    sync.Mutex
	mails []Mail
	fails int // so many times
}

func (b *box) Send(_ context.Context, m Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails > 0 {
		b.fails--
		return errors.New("away")
	}
	b.mails = append(b.mails, m)
	return nil
}

func digest(db Store, m Mailer, now *time.Time) *Digest {
	return NewDigest(Digest{
		Store: db, Mailer: m, To: []string{"a@office.example", "b@office.example"}, Hour: 7,
		Holiday: func(day string) bool { return day == "2026-12-25" },
		Now:     func() time.Time { return *now }, Log: slog.New(slog.DiscardHandler),
	})
}

func TestTextsHaveOneLength(t *testing.T) {
	if len(textWaits) != len(textNothing) {
		t.Errorf("got %d and %d bytes", len(textWaits), len(textNothing))
	}
	for _, text := range []string{subject, textWaits, textNothing, textConstant} {
		for _, r := range text {
			if r > 126 || r >= '0' && r <= '9' {
				t.Errorf("%q: want plain ASCII without a digit", text)
				break
			}
		}
	}
}

// Regression R12: three instances on one store, one digest a slot.
func TestRegressionR12(t *testing.T) {
	db, now, mails := openStore(t), monday, &box{}
	addCase(t, db)
	var group sync.WaitGroup
	for range 3 {
		d := digest(db, mails, &now)
		group.Go(func() {
			for range 5 {
				if err := d.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if len(mails.mails) != 2 {
		t.Fatalf("got %d mails, want one for each of two members", len(mails.mails))
	}
	for _, m := range mails.mails {
		if m.Text != textWaits || m.At.Minute() != 0 {
			t.Errorf("got %+v", m)
		}
	}
}

// TestClockThatRanAhead: a clock that was a day ahead and is put back sends that
// day's mail twice rather than never, and once only from two instances.
func TestClockThatRanAhead(t *testing.T) {
	db, now, mails := openStore(t), monday, &box{}
	ahead, steady := digest(db, mails, &now), digest(db, mails, &now)
	for _, c := range []struct {
		at     time.Time
		digest []*Digest
		want   int
	}{
		{monday, []*Digest{ahead, steady}, 2},
		{monday.AddDate(0, 0, 1), []*Digest{ahead}, 2}, // too early
		{monday.Add(time.Hour), []*Digest{ahead, steady}, 0},
		{monday.AddDate(0, 0, 1), []*Digest{ahead, steady, ahead}, 2}, // its day has come
		{monday.AddDate(0, 0, 2), []*Digest{steady, ahead}, 2},
	} {
		now, mails.mails = c.at, nil
		for _, d := range c.digest {
			if err := d.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if len(mails.mails) != c.want {
			t.Errorf("%s: got %d mails, want %d", c.at.Format(time.DateTime), len(mails.mails), c.want)
		}
	}
}

func TestOnWorkingDaysAtItsHour(t *testing.T) {
	for name, c := range map[string]struct {
		at   time.Time
		want int
	}{
		"its hour":            {monday, 2},
		"too early":           {monday.Add(-time.Hour), 0},
		"a little late":       {monday.Add(2 * time.Hour), 2},
		"started at noon":     {monday.Add(5 * time.Hour), 0},
		"Saturday":            {monday.AddDate(0, 0, 5), 0},
		"Sunday":              {monday.AddDate(0, 0, 6), 0},
		"Christmas, a Friday": {time.Date(2026, 12, 25, 7, 0, 0, 0, time.UTC), 0},
		"the next day":        {monday.AddDate(0, 0, 1), 2},
	} {
		mails := &box{}
		if err := digest(openStore(t), mails, &c.at).Tick(t.Context()); err != nil || len(mails.mails) != c.want {
			t.Errorf("%s: got %d mails, %v, want %d", name, len(mails.mails), err, c.want)
		}
		for _, m := range mails.mails {
			if m.Text != textNothing {
				t.Errorf("%s: an empty office: got %q", name, m.Text)
			}
		}
	}
}

// A mail server that is away holds nothing up, is tried three times, and nobody
// gets two mails.
func TestServerAway(t *testing.T) {
	db, now, mails := openStore(t), monday, &box{fails: 1}
	d := digest(db, mails, &now)
	if err := d.Tick(t.Context()); err == nil || len(mails.mails) != 1 {
		t.Fatalf("first try: %v, %d mails, want an error and one mail", err, len(mails.mails))
	}
	for range 3 {
		if err := d.Tick(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(mails.mails) != 2 || mails.mails[0].To == mails.mails[1].To {
		t.Errorf("got %+v, want one mail for each", mails.mails)
	}
	gone := &box{fails: 1000}
	d = digest(openStore(t), gone, &now)
	failed := 0
	for range 10 {
		if d.Tick(t.Context()) != nil {
			failed++
		}
	}
	if failed != tries || 1000-gone.fails != 2*tries {
		t.Errorf("failed %d times with %d mails, want %d tries of 2", failed, 1000-gone.fails, tries)
	}
}

func TestConstantText(t *testing.T) {
	var texts []string
	for _, waits := range []bool{true, false} {
		db, now, mails := openStore(t), monday, &box{}
		if waits {
			addCase(t, db)
		}
		d := digest(db, mails, &now)
		d.Constant = true
		if err := d.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, mails.mails[0].Text)
	}
	if texts[0] != texts[1] {
		t.Errorf("got %q and %q", texts[0], texts[1])
	}
}

// smtpServer is a mail server of this machine: it takes mails and keeps what was said.
func smtpServer(t *testing.T) (address string, talks <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	said := make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			said <- converse(conn)
		}
	}()
	return l.Addr().String(), said
}

// converse speaks SMTP with one client and gives all that it said.
func converse(conn net.Conn) string {
	defer conn.Close()
	var said strings.Builder
	fmt.Fprint(conn, "220 mail.example\r\n")
	lines, data := bufio.NewScanner(conn), false
	for lines.Scan() {
		line := lines.Text()
		said.WriteString(line + "\n")
		switch {
		case data && line == ".":
			data = false
			fmt.Fprint(conn, "250 ok\r\n")
		case data:
		case line == "DATA":
			data = true
			fmt.Fprint(conn, "354 go on\r\n")
		case line == "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return said.String()
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
	return said.String()
}

// What goes over the wire is of one length on every day, and names nothing.
func TestSameSizeOnTheWire(t *testing.T) {
	address, said := smtpServer(t)
	var id incident.CaseID
	var talks []string
	for _, waits := range []bool{true, false} {
		db, now := openStore(t), monday
		if waits {
			id = addCase(t, db)
		}
		d := digest(db, SMTP{Server: address, From: "beistand@office.example"}, &now)
		d.To = d.To[:1]
		if err := d.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		talks = append(talks, <-said)
	}
	if len(talks[0]) != len(talks[1]) || talks[0] == talks[1] {
		t.Errorf("got %d and %d bytes, want the same and two texts:\n%s\n%s", len(talks[0]), len(talks[1]), talks[0], talks[1])
	}
	host := "Message-ID: <"
	for _, talk := range talks {
		for _, wrong := range []string{string(id), "User-Agent", "X-Mailer", "07:05"} {
			if strings.Contains(talk, wrong) {
				t.Errorf("%q stands in %s", wrong, talk)
			}
		}
		if !strings.Contains(talk, host) || !strings.Contains(talk, "@office.example>") || !strings.Contains(talk, "LO office.example") {
			t.Errorf("the mail names another host than the office's: %s", talk)
		}
	}
}

// Nobody listens: an error of general words, soon.
func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	err = SMTP{Server: address, From: "a@office.example"}.Send(t.Context(), Mail{To: "b@office.example", At: monday, Text: "x"})
	if err == nil || strings.Contains(err.Error(), "office.example") || strings.Contains(err.Error(), address) {
		t.Errorf("got %v, want an error without address", err)
	}
}
