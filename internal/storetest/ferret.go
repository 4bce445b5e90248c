package storetest

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const ferretTime = 10 * time.Minute

// ferretBinary builds the test engine, which is a module of its own, and gives
// the program's path. An unchanged one is not built again.
var ferretBinary = sync.OnceValues(func() (string, error) {
	// Tests run in the folders of their packages, all of which lie two deep.
	top, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return "", err
	}
	path := filepath.Join(top, ".cache", "storetest", "ferretdb")
	ctx, cancel := context.WithTimeout(context.Background(), ferretTime)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-tags", "ferretdb_no_postgresql", "-o", path, ".")
	build.Dir = filepath.Join(top, "internal", "storetest", "ferretdb")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOWORK=off")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	return path, build.Run()
})

// A Ferret is a running FerretDB 1: the engine with which the MongoDB wire is
// tested where no server is installed, and which must never hold reports.
type Ferret struct {
	URI string // for the driver
	cmd *exec.Cmd
}

// StartFerret runs the test engine on the folder until the test ends; a limit
// above 0 is how large its files may grow.
func StartFerret(t testing.TB, data string, limit int64) *Ferret {
	t.Helper()
	path, err := ferretBinary()
	if err != nil {
		t.Fatalf("building the test engine: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), ferretTime)
	cmd := exec.CommandContext(ctx, path, "-follow", "-data", data, "-max-file", strconv.FormatInt(limit, 10))
	cmd.Stderr = os.Stderr
	_, err1 := cmd.StdinPipe() // stays open as long as this process lives
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatalf("starting the test engine: %v", err)
	}
	f := &Ferret{cmd: cmd}
	t.Cleanup(func() {
		f.End()
		cancel()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("waiting for the test engine: %v", err)
	}
	f.URI = strings.TrimSpace(line)
	return f
}

// End asks the engine to end and waits for it; a killed one has ended already.
func (f *Ferret) End() {
	_ = f.cmd.Process.Signal(syscall.SIGTERM)
	_ = f.cmd.Wait()
}

// Kill ends the engine as kill -9 does.
func (f *Ferret) Kill(t testing.TB) {
	t.Helper()
	if err := f.cmd.Process.Kill(); err != nil {
		t.Fatalf("killing the test engine: %v", err)
	}
	_ = f.cmd.Wait()
}
