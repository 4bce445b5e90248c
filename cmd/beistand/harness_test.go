package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/beistand/beistand/config"
	"github.com/beistand/beistand/internal/incident"
	"github.com/beistand/beistand/internal/seal"
)

// The tests of this package run the built program as a process, as an operator
// would, and talk to it over HTTP.

var built struct {
	once sync.Once
	path string
	err  error
}

// builtProgram builds the program once for all tests.
func builtProgram(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		dir, err := os.MkdirTemp("", "beistand-test-") //nolint:usetesting // it outlives the test that builds it
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "beistand")
		// as "make build" does, so that nothing is compiled twice
		build := exec.Command("go", "build", "-trimpath", "-o", built.path, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.path != "" {
		_ = os.RemoveAll(filepath.Dir(built.path))
	}
	os.Exit(code)
}

// An office is a folder with a pinned key, which the test holds, and the program
// that serves it.
type office struct {
	dir       string
	env       []string
	recipient seal.Recipient
	identity  *age.HybridIdentity
	site      string
	epoch     int
}

func newOffice(t testing.TB) *office {
	t.Helper()
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	recipient, err := seal.ParseRecipient(identity.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	o := &office{dir: t.TempDir(), recipient: recipient, identity: identity, site: "melden.example", epoch: 1}
	if err := os.MkdirAll(filepath.Join(o.dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	o.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + o.dir, "TMPDIR=" + filepath.Join(o.dir, "tmp"),
		"BEISTAND_LISTEN=127.0.0.1:0", "BEISTAND_OPERATOR_LISTEN=127.0.0.1:0",
		"BEISTAND_DATA=" + filepath.Join(o.dir, "data"), "BEISTAND_SITE_ID=" + o.site,
		"BEISTAND_OFFICE_KEYS_FILE=" + filepath.Join(o.dir, "office-keys.txt"),
	}
	pin := config.Key{Desk: "city", Epoch: 1, From: "2020-01", Recipient: recipient.String()}
	if err := config.Pin(filepath.Join(o.dir, "office-keys.txt"), pin); err != nil {
		t.Fatal(err)
	}
	return o
}

// A process is a running program and where it listens.
type process struct {
	cmd      *exec.Cmd
	public   string
	office   string
	operator string
	stdout   *lines
	stderr   *output
	client   *http.Client
	took     time.Duration // from start to ready
	done     chan error
	end      sync.Once
}

// An output is what the program wrote, safe to look at while it goes on.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// lines collects what the program prints and tells each line as it comes.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
	next chan string
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) read(r io.Reader) {
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		l.mu.Lock()
		l.text.WriteString(scanner.Text() + "\n")
		l.mu.Unlock()
		select {
		case l.next <- scanner.Text():
		default:
		}
	}
	close(l.next)
}

// start runs the program with the office's settings until the test ends.
func (o *office) start(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{stdout: &lines{next: make(chan string, 100)}, stderr: &output{}, done: make(chan error, 1)}
	p.cmd = exec.CommandContext(context.Background(), builtProgram(t), args...)
	p.cmd.Env = o.env
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.stdout.read(out)
	t.Cleanup(func() { p.kill() })
	p.await(t, began)
	go func() { p.done <- p.cmd.Wait() }()
	p.client = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return p
}

var addresses = regexp.MustCompile(`^(form|console|operator) +(http://\S+)$`)

// await reads the lines that say where the program listens.
func (p *process) await(t testing.TB, began time.Time) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for p.operator == "" {
		select {
		case line, ok := <-p.stdout.next:
			if !ok {
				t.Fatalf("the program ended before it was ready: %s", p.stderr)
			}
			if m := addresses.FindStringSubmatch(line); m != nil {
				switch m[1] {
				case "form":
					p.public = m[2]
				case "console":
					p.office = m[2]
				case "operator":
					p.operator = m[2]
				}
			}
		case <-limit:
			t.Fatalf("the program was not ready in time: %s", p.stderr)
		}
	}
	p.took = time.Since(began)
}

// setupLink waits for the one-time link of an empty office.
func (p *process) setupLink(t testing.TB) string {
	t.Helper()
	link := regexp.MustCompile(`http://\S+#setup=\S+`)
	for range 200 {
		if found := link.FindString(p.stdout.String()); found != "" {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no set-up link was printed")
	return ""
}

// stop asks the program to end, as a service manager does, and waits for it.
func (p *process) stop(t testing.TB) {
	t.Helper()
	p.end.Do(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-p.done:
			if err != nil {
				t.Errorf("the program ended badly: %v: %s", err, p.stderr)
			}
		case <-time.After(6 * time.Second):
			_ = p.cmd.Process.Kill()
			t.Error("the program did not end within 5 s of SIGTERM")
		}
	})
}

// kill ends the program at once, with no chance to finish anything.
func (p *process) kill() {
	p.end.Do(func() {
		_ = p.cmd.Process.Kill()
		select {
		case <-p.done: //nolint:errcheck // it was killed
		case <-time.After(5 * time.Second):
		}
	})
}

// run runs a command to its end and gives its output and exit code.
func (o *office) run(t testing.TB, stdin string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, builtProgram(t), args...)
	cmd.Env = o.env
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// A submission is a sealed report as the browser would send it.
type submission struct {
	receipt seal.Receipt
	keys    seal.Keys
	op      incident.Op
	body    []byte // of POST /api/v1/reports
}

// sealed makes a report sealed to the office, as the script does.
func (o *office) sealed(t testing.TB, text string) submission {
	t.Helper()
	receipt, err := seal.NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.Keys(o.site)
	if err != nil {
		t.Fatal(err)
	}
	s := submission{receipt: receipt, keys: keys}
	_, _ = rand.Read(s.op[:])
	body, err := json.Marshal(map[string]any{
		"v": 1, "taxonomy": 1, "lang": "de", "rung": "read_it", "text": text,
		"mailbox": map[string]string{"recipient": keys.Recipient(), "mac": seal.EncodeKey(keys.MAC)},
	})
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.Seal(seal.Envelope{
		Case: keys.CaseID(), Kind: "report", Op: s.op.String(), By: "browser", At: "2026-11-22", Body: body,
	}, keys.MAC, o.recipient)
	if err != nil {
		t.Fatal(err)
	}
	s.body, err = json.Marshal(map[string]any{
		"locator": base64.RawURLEncoding.EncodeToString(keys.Locator[:]), "op": s.op.String(),
		"desk": "city", "epoch": o.epoch, "track": "report", "box": box, "att": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// post sends JSON and gives the status and the answer.
func (p *process) post(path string, body []byte) (int, []byte, error) {
	resp, err := p.client.Post(p.public+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// postForm sends a form as a browser without JavaScript does.
func (p *process) postForm(path string, fields [][2]string) (int, string, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return 0, "", err
		}
	}
	if err := w.Close(); err != nil {
		return 0, "", err
	}
	resp, err := p.client.Post(p.public+path, w.FormDataContentType(), &body)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

// get fetches a page.
func (p *process) get(t testing.TB, path string) (int, string) {
	t.Helper()
	resp, err := p.client.Get(p.public + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// mailbox asks for what a receipt opens.
func (p *process) mailbox(t testing.TB, keys seal.Keys) map[string]any {
	t.Helper()
	body, err := json.Marshal(map[string]string{"locator": base64.RawURLEncoding.EncodeToString(keys.Locator[:])})
	if err != nil {
		t.Fatal(err)
	}
	status, answer, err := p.post("/api/v1/mailbox", body)
	if err != nil || status != http.StatusOK {
		t.Fatalf("opening a mailbox: status %d, %v: %s", status, err, answer)
	}
	var m map[string]any
	if err := json.Unmarshal(answer, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// freePort finds a port that nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
