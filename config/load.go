package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

const (
	envPrefix     = "BEISTAND_"
	envTestPrefix = "BEISTAND_TEST_" // for the project's own tests, never a setting
	maxFile       = 4 << 20          // bytes of a settings or data file
)

// Load returns the settings of the file and of the variables, which win, over Default. An empty path means
// no file. The environment is a list of NAME=value as os.Environ returns it; a variable that starts with
// BEISTAND_ and is no setting is an error, as is an unknown key of the file, and both name the nearest known
// one. An empty variable counts as not set. All faults come back joined, one a line, and none of them
// repeats the value of a secret.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	if path != "" {
		text, err := readFile(path)
		if err != nil {
			return Config{}, fmt.Errorf("reading settings: %w", err)
		}
		if err := c.parse(text); err != nil {
			return Config{}, fmt.Errorf("reading settings: %s: %w", path, err)
		}
	}
	if err := c.environment(environ); err != nil {
		return Config{}, fmt.Errorf("reading settings: %w", err)
	}
	if err := c.secrets(); err != nil {
		return Config{}, fmt.Errorf("reading settings: %w", err)
	}
	c.complete()
	if err := c.Check(); err != nil {
		return Config{}, fmt.Errorf("reading settings:\n%w", err)
	}
	return c, nil
}

// parse reads the file's text over what c holds.
func (c *Config) parse(text []byte) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return plainYAML(err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			return errors.New("want one document, found two")
		}
		body = doc.Body
	}
	if body == nil || body.Type() == ast.NullType {
		return nil
	}
	if err := knownKeys(body, reflect.TypeFor[Config](), ""); err != nil {
		return err
	}
	return decode(body, c)
}

// decode fills the value, replacing lists and maps as a whole.
func decode(node ast.Node, into any) error {
	if err := yaml.NodeToValue(node, into, yaml.Strict()); err != nil {
		return plainYAML(err)
	}
	return nil
}

// knownKeys looks for keys that the type does not have, with their line and the nearest key.
func knownKeys(node ast.Node, t reflect.Type, prefix string) error {
	if a, ok := node.(*ast.AnchorNode); ok {
		node = a.Value
	}
	var faults []error
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		list, ok := node.(*ast.SequenceNode)
		if !ok {
			return nil // decoding says it better
		}
		for i, value := range list.Values {
			faults = append(faults, knownKeys(value, t.Elem(), fmt.Sprintf("%s[%d]", prefix, i)))
		}
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		for _, pair := range pairs(node) {
			faults = append(faults, knownKeys(pair.Value, t.Elem(), join(prefix, keyText(pair))))
		}
	case t.Kind() == reflect.Struct:
		faults = structKeys(node, t, prefix)
	}
	return errors.Join(faults...)
}

func structKeys(node ast.Node, t reflect.Type, prefix string) []error {
	fields := map[string]reflect.Type{}
	var known []string
	for i := range t.NumField() {
		if yamlName(t.Field(i)) == "-" {
			continue
		}
		fields[yamlName(t.Field(i))] = t.Field(i).Type
		known = append(known, join(prefix, yamlName(t.Field(i))))
	}
	for _, s := range Settings() {
		known = append(known, s.Key)
	}
	var faults []error
	for _, pair := range pairs(node) {
		name := keyText(pair)
		field, ok := fields[name]
		if !ok {
			faults = append(faults, fmt.Errorf("line %d: %w", pair.GetToken().Position.Line, unknown(join(prefix, name), known)))
			continue
		}
		faults = append(faults, knownKeys(pair.Value, field, join(prefix, name)))
	}
	return faults
}

func pairs(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	default:
		return nil
	}
}

func keyText(pair *ast.MappingValueNode) string {
	return strings.Trim(pair.Key.String(), `"'`)
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// plainYAML keeps the message and the line of a fault and drops the lines of the file around it, which
// could hold a secret.
func plainYAML(err error) error {
	var fault yaml.Error
	if !errors.As(err, &fault) {
		return errors.New("not readable as YAML")
	}
	message, _, _ := strings.Cut(fault.GetMessage(), "\n")
	if t := fault.GetToken(); t != nil && t.Position != nil {
		return fmt.Errorf("line %d: %s", t.Position.Line, message)
	}
	return errors.New(message)
}

// environment reads the variables over what c holds.
func (c *Config) environment(environ []string) error {
	byName := map[string]Setting{}
	var known []string
	for _, s := range Settings() {
		byName[s.Env] = s
		known = append(known, s.Env)
	}
	var faults []error
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, envTestPrefix) {
			continue
		}
		setting, ok := byName[name]
		if !ok {
			faults = append(faults, unknown(name, known))
			continue
		}
		if value == "" {
			continue
		}
		if err := c.set(setting, value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(faults...)
}

// set gives a setting the value of a variable: a text as it stands, a list of texts separated by commas,
// everything else as YAML, for example [{id: city, name: Stadt}].
func (c *Config) set(s Setting, value string) error {
	field := reflect.ValueOf(c).Elem().FieldByIndex(s.index)
	switch {
	case field.Kind() == reflect.String:
		field.SetString(value)
		return nil
	case field.Type() == reflect.TypeFor[[]string]() && !strings.HasPrefix(value, "["):
		var list []string
		for part := range strings.SplitSeq(value, ",") {
			list = append(list, strings.TrimSpace(part))
		}
		field.Set(reflect.ValueOf(list))
		return nil
	}
	file, err := parser.ParseBytes([]byte(value), 0)
	if err != nil {
		return plainYAML(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return errors.New("want one value")
	}
	if err := knownKeys(file.Docs[0].Body, field.Type(), s.Key); err != nil {
		return err
	}
	return decode(file.Docs[0].Body, field.Addr().Interface())
}

// secrets reads the files that hold secrets into their settings.
func (c *Config) secrets() error {
	if c.Digest.PasswordFile != "" {
		password, err := ReadSecret(c.Digest.PasswordFile)
		if err != nil {
			return fmt.Errorf("digest.password_file: %w", err)
		}
		c.Digest.Password = password
	}
	if c.MongoDB.URIFile == "" {
		return nil
	}
	if c.MongoDB.URI != "" {
		return errors.New("mongodb.uri and mongodb.uri_file are both set: choose one")
	}
	uri, err := ReadSecret(c.MongoDB.URIFile)
	if err != nil {
		return fmt.Errorf("mongodb.uri_file: %w", err)
	}
	c.MongoDB.URI = uri
	return nil
}

// complete fills in the paths that follow from Data.
func (c *Config) complete() {
	if c.Office.KeysFile == "" {
		c.Office.KeysFile = filepath.Join(c.Data, "office-keys.txt")
	}
	if c.Office.EditionKey == "" {
		c.Office.EditionKey = filepath.Join(c.Data, "edition-key")
	}
	if c.Auth.TokenKeys == "" {
		c.Auth.TokenKeys = filepath.Join(c.Data, "token-keys")
	}
	if c.Backup.Folder == "" {
		c.Backup.Folder = filepath.Join(c.Data, "backups")
	}
	if c.Backup.CheckpointKey == "" {
		c.Backup.CheckpointKey = filepath.Join(c.Data, "checkpoint.key")
	}
}

// readFile reads a whole small file.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file")}
	}
	if info.Size() > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("larger than 4 MiB")}
	}
	text, err := os.ReadFile(path)
	return bytes.TrimPrefix(text, []byte("\ufeff")), err
}
