// Command apigen writes the TypeScript types of the calls: it reads an OpenAPI
// file and writes a TypeScript file. It is run by go generate and is no part of
// the product.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/beistand/beistand/internal/caseweb/apidoc"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	if len(args) != 2 {
		fmt.Fprintln(stderr, "usage: apigen openapi.json api.ts")
		return 2
	}
	if err := generate(args[0], args[1]); err != nil {
		fmt.Fprintln(stderr, "apigen:", err)
		return 1
	}
	return 0
}

func generate(from, to string) error {
	b, err := os.ReadFile(from) //nolint:gosec // G304: a generator reads the file that it is told to
	if err != nil {
		return err
	}
	d, err := apidoc.Read(b)
	if err != nil {
		return err
	}
	return os.WriteFile(to, d.TypeScript(), 0o644) //nolint:gosec // G306: source text
}
