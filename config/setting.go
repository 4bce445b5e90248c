package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A Setting is one thing that can be set: its path in the file, its variable, and the kind of its value.
type Setting struct {
	Key   string // site.id
	Env   string // BEISTAND_SITE_ID
	index []int  // of the field in Config
}

// Settings lists every setting in the order of Config. A list or a map is one setting.
func Settings() []Setting {
	return settingsOf(reflect.TypeFor[Config](), "", nil)
}

func settingsOf(t reflect.Type, prefix string, index []int) []Setting {
	var all []Setting
	for i := range t.NumField() {
		field := t.Field(i)
		if yamlName(field) == "-" { // read from a file that another setting names
			continue
		}
		key := prefix + yamlName(field)
		at := append(slices.Clone(index), i)
		if field.Type.Kind() == reflect.Struct {
			all = append(all, settingsOf(field.Type, key+".", at)...)
			continue
		}
		all = append(all, Setting{Key: key, Env: envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_")), index: at})
	}
	return all
}

func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// unknown says that a setting does not exist and names the nearest one that does.
func unknown(name string, known []string) error {
	best, distance := "", 0
	for _, k := range known {
		if d := apart(name, k); best == "" || d < distance {
			best, distance = k, d
		}
	}
	return fmt.Errorf("unknown setting %q, the nearest known one is %q", name, best)
}

// apart is the number of letters to change, add or drop between two names. A last part that is equal
// counts as near, so that keys_file finds office.keys_file.
func apart(a, b string) int {
	if a != b && (strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)) {
		return 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
