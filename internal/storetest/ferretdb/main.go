// Command ferretdb serves an embedded FerretDB 1 (SQLite) on a Unix socket for
// the contract test of the stores. It speaks the MongoDB wire protocol, so the
// MongoDB store can be tested where no MongoDB server is installed.
//
// It cannot hold reports: FerretDB 1 loses concurrent updates, has no login
// when embedded and keeps deleted pages. Only the contract test starts it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run serves until SIGTERM, SIGINT or, with -follow, the end of its input, so
// that it does not outlive a killed test. It returns the exit code: 0 ended as
// asked, 1 failed, 2 wrong use.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("ferretdb", flag.ContinueOnError)
	flags.SetOutput(stderr)
	data := flags.String("data", "", "folder of the database files; it must exist")
	limit := flags.Uint64("max-file", 0, "no file may grow beyond so many bytes, as if the disk were full; 0: no limit")
	follow := flags.Bool("follow", false, "end also when the input ends")
	if flags.Parse(args) != nil {
		return 2
	}
	if *data == "" || flags.NArg() != 0 {
		fmt.Fprintln(stderr, "ferretdb: -data FOLDER is needed, and nothing else")
		return 2
	}
	if err := limitFiles(*limit); err != nil {
		fmt.Fprintf(stderr, "ferretdb: %v\n", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if *follow {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			stop()
		}()
	}
	if err := serve(ctx, *data, stdout); err != nil {
		fmt.Fprintf(stderr, "ferretdb: %v\n", err)
		return 1
	}
	return 0
}

// limitFiles makes writes beyond so many bytes of a file fail.
func limitFiles(bytes uint64) error {
	if bytes == 0 {
		return nil
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes}); err != nil {
		return fmt.Errorf("limiting files: %w", err)
	}
	return nil
}

// serve opens the database in the folder data, listens on a socket in a new
// directory and prints the address for the driver as one line when connections
// are taken. It returns after ctx ends.
func serve(ctx context.Context, data string, stdout io.Writer) (err error) {
	// A socket's path may have about 100 bytes, and test folders are longer.
	dir, err := os.MkdirTemp("", "f")
	if err != nil {
		return fmt.Errorf("making the socket's folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	socket := filepath.Join(dir, "sock") // the driver knows a socket by this ending

	db, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{Unix: socket},
		// Its warnings print whole answers.
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: (&url.URL{Scheme: "file", Path: filepath.Clean(data) + "/"}).String(),
	})
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	done := make(chan error, 1)
	go func() { done <- db.Run(ctx) }()
	fmt.Fprintln(stdout, db.MongoDBURI())
	return <-done
}
