package storetest

import "slices"

// gaps lists, engine by engine, the tests that cannot be run there. It is the
// whole list (store.md §13): a test that is not here and skips itself fails.
var gaps = map[string][]string{
	// One process, one file: nothing to fail over to.
	"bbolt": {"Failover"},
	// Loses concurrent updates and uses no index, not even for _id.
	"FerretDB 1": {"StaleLoses", "UsesIndex", "At10k", "Failover"},
	// Its disk is not ours to fill.
	"FerretDB 2": {"DiskFull", "Failover"},
	"mongod":     {"DiskFull", "Failover"},
	"MongoDB":    {"DiskFull"},
}

func gap(engine, test string) bool { return slices.Contains(gaps[engine], test) }
