package frontend

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"path"
	"strings"

	"github.com/andybalholm/brotli"
)

const manifestFile = "dist/.vite/manifest.json"

// An asset is one file that pages load, with its compressed forms.
type asset struct {
	body      []byte
	encodings map[string][]byte // "br", "gzip"
	kind      string            // media type
	integrity string            // sha384-…, for the attribute of the same name
}

// A Link is how a page names an asset.
type Link struct {
	Path      string
	Integrity string
}

type assets struct {
	built   bool
	files   map[string]asset  // by the name after /assets/
	sheets  map[string]string // "form", "console" → file name
	scripts map[string]string // the same for scripts
	public  map[string]bool   // names that the public pages load
	later   map[string]string // language → page that the form's script shows after sending
	rules   string            // path of the deadline rules, which the scripts of both sites read
}

var kinds = map[string]string{
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".json": "application/json",
	".html": "text/html; charset=utf-8",
}

// Asset returns a file by its name below /assets/: its bytes, its compressed
// forms by encoding ("br", "gzip"), and its media type. Only names that the build
// made are known.
func (r *Renderer) Asset(name string) (body []byte, encodings map[string][]byte, kind string, ok bool) {
	a, ok := r.assets.files[name]
	return a.body, a.encodings, a.kind, ok
}

// readAssets takes in what the frontend build left. The theme's rules are put
// behind those of each sheet, which then gets a name of its own. Without a build
// there is one hand-written sheet and no script.
func readAssets(files fs.FS, theme string) (*assets, error) {
	a := &assets{files: map[string]asset{}, sheets: map[string]string{}, scripts: map[string]string{}, public: map[string]bool{}, later: map[string]string{}}
	raw, err := fs.ReadFile(files, manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		base, err := fs.ReadFile(files, "static/base.css")
		if err != nil {
			return nil, err
		}
		return a, a.addSheet("form", append(base, theme...))
	}
	if err != nil {
		return nil, err
	}
	a.built = true
	if err := a.addBuilt(files); err != nil {
		return nil, err
	}
	return a, a.addEntries(raw, theme)
}

// addBuilt takes in every file of dist/assets with the copies that the build compressed.
func (a *assets) addBuilt(files fs.FS) error {
	names, err := fs.Glob(files, "dist/assets/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			continue
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		built := newAsset(body, kind)
		for encoding, suffix := range map[string]string{"br": ".br", "gzip": ".gz"} {
			if small, err := fs.ReadFile(files, name+suffix); err == nil {
				built.encodings[encoding] = small
			}
		}
		a.files[path.Base(name)] = built
	}
	return nil
}

func (a *assets) addEntries(raw []byte, theme string) error {
	var manifest map[string]chunk
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return fmt.Errorf("reading the manifest: %w", err)
	}
	a.markPublic(manifest, "src/form/main.ts")
	for _, chunk := range manifest {
		if !chunk.IsEntry {
			continue
		}
		file := path.Base(chunk.File)
		built, ok := a.files[file]
		if !ok {
			return fmt.Errorf("reading the manifest: %q is not there", chunk.File)
		}
		switch path.Ext(chunk.Src) {
		case ".scss":
			site := strings.TrimSuffix(path.Base(chunk.Src), ".scss")
			a.sheets[site] = file
			if theme == "" {
				continue
			}
			delete(a.files, file)
			if err := a.addSheet(site, append(bytes.Clone(built.body), theme...)); err != nil {
				return err
			}
		default:
			a.scripts[path.Base(path.Dir(chunk.Src))] = file
		}
	}
	return nil
}

// A chunk is one entry of the build's manifest.
type chunk struct {
	File           string   `json:"file"`
	Src            string   `json:"src"`
	IsEntry        bool     `json:"isEntry"`
	Imports        []string `json:"imports"`
	DynamicImports []string `json:"dynamicImports"`
}

// markPublic marks what the form's script loads, at once or later.
func (a *assets) markPublic(manifest map[string]chunk, key string) {
	c, ok := manifest[key]
	name := path.Base(c.File)
	if !ok || a.public[name] {
		return
	}
	a.public[name] = true
	for _, next := range append(c.Imports, c.DynamicImports...) {
		a.markPublic(manifest, next)
	}
}

// OfConsole says whether a file is loaded by the office's console only, so that a
// browser may keep it. What the public pages load is not to stay on a shared computer.
func (r *Renderer) OfConsole(name string) bool {
	_, known := r.assets.files[name]
	return known && !r.assets.public[name] && name != r.assets.sheets["form"]
}

// addSheet adds a style sheet that was put together at start, named by its content.
func (a *assets) addSheet(site string, body []byte) error {
	name, err := a.add(site, ".css", body)
	a.sheets[site] = name
	return err
}

// add adds a file that was made at start, compressed, and gives its name.
func (a *assets) add(stem, suffix string, body []byte) (string, error) {
	made := newAsset(body, kinds[suffix])
	for _, encoding := range [...]string{"br", "gzip"} {
		small, err := squeeze(body, encoding)
		if err != nil {
			return "", fmt.Errorf("compressing %s%s: %w", stem, suffix, err)
		}
		made.encodings[encoding] = small
	}
	sum := sha256.Sum256(body)
	name := stem + "-" + hex.EncodeToString(sum[:5]) + suffix
	a.files[name] = made
	return name, nil
}

// addRules adds the office's deadline rules, which were made of its settings.
func (a *assets) addRules(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	name, err := a.add("rules", ".json", text)
	a.rules = "/assets/" + name
	a.public[name] = true
	return err
}

func newAsset(body []byte, kind string) asset {
	sum := sha512.Sum384(body)
	return asset{
		body:      body,
		encodings: map[string][]byte{},
		kind:      kind,
		integrity: "sha384-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
}

// squeeze compresses once, at start. Brotli's highest quality would take longer
// than the whole start may.
func squeeze(body []byte, encoding string) ([]byte, error) {
	var small bytes.Buffer
	if encoding == "br" {
		// A window no wider than the file spares clearing memory that is never used.
		w := brotli.NewWriterOptions(&small, brotli.WriterOptions{Quality: 9, LGWin: max(16, bits.Len(uint(len(body))))})
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
		err := w.Close()
		return small.Bytes(), err
	}
	w, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err = w.Close()
	return small.Bytes(), err
}

// sheet is the style sheet of a site, nil where it was not built.
func (a *assets) sheet(site string) *Link { return a.link(a.sheets[site]) }

// entry is the first script of a site, nil where it was not built.
func (a *assets) entry(site string) *Link { return a.link(a.scripts[site]) }

func (a *assets) link(name string) *Link {
	file, ok := a.files[name]
	if !ok {
		return nil
	}
	return &Link{Path: "/assets/" + name, Integrity: file.integrity}
}
