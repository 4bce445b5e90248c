package auth

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// A KeyRing holds the keys that sign tokens. The last one by file name signs,
// all verify. Rotation: add a file with a later name, Reload, remove the old one
// after TokenLife.
type KeyRing struct {
	dir  string
	keys atomic.Pointer[[]signer]
}

type signer struct {
	kid     string
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

// OpenKeys reads a directory with one Ed25519 seed of 32 raw bytes per file.
// Files whose names begin with a dot are left out. A file that others may read,
// a seed of another length, and a directory without a key are errors.
func OpenKeys(dir string) (*KeyRing, error) {
	r := &KeyRing{dir: dir}
	if err := r.Reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads the directory anew. On an error the keys stay as they were.
func (r *KeyRing) Reload() error {
	names, err := keyNames(r.dir)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("reading token keys: no key in the directory")
	}
	keys := make([]signer, 0, len(names))
	for _, name := range names {
		k, err := readKey(filepath.Join(r.dir, name))
		if err != nil {
			return fmt.Errorf("reading token key %q: %w", name, err)
		}
		if slices.ContainsFunc(keys, func(o signer) bool { return o.kid == k.kid }) {
			return fmt.Errorf("reading token key %q: the same key twice", name)
		}
		keys = append(keys, k)
	}
	r.keys.Store(&keys)
	return nil
}

// keyNames lists the key files of a directory in order of their names.
func keyNames(dir string) ([]string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("reading token keys: %w", err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return nil, errors.New("reading token keys: others may write to the directory")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading token keys: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func readKey(path string) (signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return signer{}, err
	}
	switch {
	case !info.Mode().IsRegular():
		return signer{}, errors.New("not a file")
	case info.Mode().Perm()&0o077 != 0:
		return signer{}, errors.New("others may read it, wanted mode 0600")
	case info.Size() != ed25519.SeedSize:
		return signer{}, fmt.Errorf("%d bytes, wanted a seed of %d", info.Size(), ed25519.SeedSize)
	}
	seed, err := os.ReadFile(path) //nolint:gosec // G304: the operator's own directory
	if err != nil {
		return signer{}, err
	}
	if len(seed) != ed25519.SeedSize {
		return signer{}, fmt.Errorf("%d bytes, wanted a seed of %d", len(seed), ed25519.SeedSize)
	}
	return newSigner(seed), nil
}

func newSigner(seed []byte) signer {
	private := ed25519.NewKeyFromSeed(seed)
	public := private.Public().(ed25519.PublicKey)
	sum := sha256.Sum256(public)
	return signer{kid: hex.EncodeToString(sum[:4]), private: private, public: public}
}

// CreateKey writes a new key file, mode 0600, into the directory, which it makes
// with mode 0700 if it is not there. It never overwrites a file.
func CreateKey(dir, name string, random io.Reader) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making token key: %w", err)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return fmt.Errorf("making token key: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the operator's own directory
	if err != nil {
		return fmt.Errorf("making token key: %w", err)
	}
	_, err = f.Write(seed)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("making token key: %w", err)
	}
	return nil
}

func (r *KeyRing) newest() signer {
	keys := *r.keys.Load()
	return keys[len(keys)-1]
}

func (r *KeyRing) public(kid string) (ed25519.PublicKey, bool) {
	for _, k := range *r.keys.Load() {
		if k.kid == kid {
			return k.public, true
		}
	}
	return nil, false
}

// NextKeyName gives the file name of a key that follows those files and so is
// the one that signs. The names are four digits, as CreateKey was given them.
func NextKeyName(files []string) string {
	highest := 0
	for _, f := range files {
		if n, err := strconv.Atoi(filepath.Base(f)); err == nil {
			highest = max(highest, n)
		}
	}
	return fmt.Sprintf("%04d", highest+1)
}

// RemoveKeys deletes key files. A file that is gone already is no error.
func RemoveKeys(files []string) error {
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing token key: %w", err)
		}
	}
	return nil
}
