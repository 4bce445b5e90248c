package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// What a child process is told in its environment.
const (
	envChild   = "BEISTAND_STORETEST_CHILD"   // set: be a child
	envAddress = "BEISTAND_STORETEST_ADDRESS" // of the store
	envKills   = "BEISTAND_TEST_KILLS"        // how many times Kill9 kills
)

const (
	childTime  = time.Minute
	usualKills = 20
)

func processTests() []test {
	const group = "Process"
	return []test{
		{group, "Kill9", kill9},
		{group, "DiskFull", diskFull},
		{group, "SecondProcess", secondProcess},
		{group, "Failover", failover},
	}
}

// Main is the TestMain of an engine's tests: in a child it loads the store until
// it is killed or its input ends, else it runs the tests.
func Main(m *testing.M, open func(ctx context.Context, address string) (Store, error)) {
	if os.Getenv(envChild) == "" {
		os.Exit(m.Run())
	}
	if err := child(open, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stdout, "error", err)
		os.Exit(1)
	}
}

// child opens the store and loads it until its input ends. One line tells of
// each acknowledged event.
func child(open func(context.Context, string) (Store, error), stdin io.Reader, stdout io.Writer) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), childTime)
	defer cancel()
	s, err := open(ctx, os.Getenv(envAddress))
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		cancel()
	}()
	var mu sync.Mutex
	return Load(ctx, s, func(id incident.EventID, op incident.Op) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprint(stdout, ackLine(id, op))
	})
}

// A process is a child that loads the store.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	read  chan error // answers when the output has ended
}

// start begins a child whose acknowledged events go to acked.
func start(t *testing.T, address string, acked *Acked) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("finding the test program: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), childTime)
	t.Cleanup(cancel) // kills a child that a failed test leaves
	cmd := exec.CommandContext(ctx, self, "-test.run=^$")
	cmd.Env = append(os.Environ(), envChild+"=load", envAddress+"="+address)
	cmd.Stderr = os.Stderr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatalf("starting a child: %v", err)
	}
	p := &process{cmd: cmd, stdin: stdin, read: make(chan error, 1)}
	go func() { p.read <- collect(stdout, acked) }()
	return p
}

// collect reads a child's lines; the error is what the child said went wrong.
func collect(stdout io.Reader, acked *Acked) error {
	var said error
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if id, op, ok := readAck(lines.Text()); ok {
			acked.Add(id, op)
		} else if text, ok := strings.CutPrefix(lines.Text(), "error "); ok {
			said = errors.New(text)
		}
	}
	return errors.Join(said, lines.Err())
}

// end waits until the child has written all and has ended.
func (p *process) end(t *testing.T) error {
	t.Helper()
	err := p.stdin.Close()
	said := <-p.read
	_ = p.cmd.Wait() // killed, or its error was said
	return errors.Join(said, err)
}

// kills is how many times Kill9 kills: usual times unless the environment asks
// for another number, of which a slow engine gets the same share.
func kills(t *testing.T, usual int) int {
	t.Helper()
	asked := os.Getenv(envKills)
	if asked == "" {
		return usual
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 {
		t.Fatalf("%s: got %q, want a number", envKills, asked)
	}
	return max(1, n*usual/usualKills)
}

// kill9 kills a process that loads the store, at a random moment, again and
// again: no acknowledged event may be lost, no half case may stand.
func kill9(t *testing.T, e Engine) {
	address := e.New(t)
	all := 0
	rounds := kills(t, e.Kills)
	for range rounds {
		acked := NewAcked(1 + rand.IntN(e.Busy))
		p := start(t, address, acked)
		select {
		case <-acked.Enough:
			if err := p.cmd.Process.Kill(); err != nil {
				t.Fatalf("killing: %v", err)
			}
			_ = p.end(t)
		case err := <-p.read:
			t.Fatalf("the child ended by itself: %v", err)
		}
		all += acked.Len()
		s := reopen(t, e, address)
		acked.Check(t, s)
		closeStore(t, s)
	}
	s := reopen(t, e, address)
	CheckWhole(t, s, e.Atomic)
	t.Logf("%d kills, %d acknowledged events, none lost unless said above", rounds, all)
}

// secondProcess loads the store from another process while this one has it
// open: either the other is refused, or both lose nothing.
func secondProcess(t *testing.T, e Engine) {
	s, address := open(t, e)
	theirs, mine := NewAcked(20), NewAcked(20)
	p := start(t, address, theirs)
	if e.Refuses {
		if err := <-p.read; err == nil || !strings.Contains(err.Error(), "another process") {
			t.Errorf("the second process: got %v, want a refusal", err)
		}
		_ = p.cmd.Wait()
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), childTime)
	defer cancel()
	go func() {
		select {
		case <-mine.Enough:
		case <-ctx.Done():
		}
		select {
		case <-theirs.Enough:
		case <-ctx.Done():
		}
		cancel()
	}()
	wantErr(t, "loading beside another process", Load(ctx, s, mine.Add), nil)
	wantErr(t, "the other process", p.end(t), nil)
	mine.Check(t, s)
	theirs.Check(t, s)
	CheckWhole(t, s, e.Atomic)
}

// limitedTo is how large files may grow in DiskFull. The limit is the whole
// process's, so the list that "go test" keeps of files and variables must stay
// below it: the embedded engine asks for a variable in each transaction.
const limitedTo = 2 << 20

// diskFull fills the store's place: the error is clear, reads go on, nothing
// acknowledged is lost, and with new space the same act is stored once.
func diskFull(t *testing.T, e Engine) {
	s, lift := e.Limited(t, limitedTo)
	acked := NewAcked(0)
	var failed incident.Event
	for n := 0; failed.ID == ""; n++ {
		if n > 10_000 {
			t.Fatal("the store's place is never full")
		}
		next := report(t, newCaseID(), "city", random(BoxSize))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		err := s.Append(ctx, next)
		cancel()
		switch {
		case err == nil:
			acked.Add(next.ID, next.Op)
		case errors.Is(err, incident.ErrUnavailable), errors.Is(err, incident.ErrUnclear):
			failed = next
		default:
			t.Fatalf("a full disk: got error %v, want %v or %v", err, incident.ErrUnavailable, incident.ErrUnclear)
		}
	}
	if acked.Len() < 10 {
		t.Fatalf("only %d reports fitted", acked.Len())
	}
	acked.Check(t, s)
	address := lift()
	s = reopen(t, e, address)
	wantErr(t, "sending again", s.Append(t.Context(), failed), nil)
	acked.Add(failed.ID, failed.Op)
	acked.Check(t, s)
	CheckWhole(t, s, e.Atomic)
}

// failover makes the server step down under load.
func failover(t *testing.T, e Engine) {
	s, address := open(t, e)
	acked := NewAcked(100)
	ctx, cancel := context.WithTimeout(t.Context(), childTime)
	defer cancel()
	go func() {
		select {
		case <-acked.Enough:
			cancel()
		case <-ctx.Done():
		}
	}()
	e.StepDown(t, address)
	wantErr(t, "loading through a failover", Load(ctx, s, acked.Add), nil)
	if acked.Len() < 100 {
		t.Errorf("only %d events were stored", acked.Len())
	}
	acked.Check(t, s)
	CheckWhole(t, s, e.Atomic)
}
