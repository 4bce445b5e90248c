package main

import (
	"slices"
	"strings"
	"testing"
)

// What strangers can send, or put in the operator's way, is fuzzed, and each fuzz
// test begins with a committed corpus.
func TestCorporaAreCommitted(t *testing.T) {
	files := treeFiles(t)
	for what, test := range map[string]string{
		"receipt": "internal/seal/FuzzReceipt", "envelope": "internal/seal/FuzzEnvelope", "box from outside": "internal/seal/FuzzCheckBox", "multipart stream": "internal/intake/FuzzReadForm",
		"JPEG and PNG cleaner": "internal/intake/FuzzClean", "JWT": "internal/auth/FuzzToken", "config": "config/FuzzLoad",
		"backup reader": "internal/backup/FuzzLines", "plan of statistics": "internal/statistics/FuzzPlan",
		"public fields of an event": "internal/incident/FuzzPublicFields", "keys of a JSON body": "internal/web/FuzzKeys",
		"record of the embedded store": "internal/boltstore/FuzzRecord", "pinned keys": "config/FuzzReadKeys", "set-up code": "internal/auth/FuzzCode",
		"counts of statistics": "internal/statistics/FuzzCounts", "edition": "internal/statistics/FuzzEdition",
	} {
		at := strings.LastIndex(test, "/")
		folder, name := test[:at], test[at+1:]
		corpus := slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(f, folder+"/testdata/fuzz/"+name+"/") })
		declared := slices.ContainsFunc(files, func(f string) bool {
			return strings.HasPrefix(f, folder+"/") && strings.HasSuffix(f, "_test.go") && strings.Contains(readTree(t, f), "func "+name+"(f *testing.F)")
		})
		if !corpus || !declared {
			t.Errorf("%s: %s: test %v, corpus %v", what, test, declared, corpus)
		}
	}
}
