package statistics

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode"

	"github.com/beistand/beistand/internal/statistics/audit"
)

const (
	signLabel   = "beistand/edition/v1\n"
	errataLabel = "beistand/edition-errata/v1\n"
	minKeyFile  = 32
)

// signingKey derives the office's signing key from its edition key file.
func signingKey(editionKey []byte) (ed25519.PrivateKey, error) {
	if len(editionKey) < minKeyFile {
		return nil, fmt.Errorf("edition key file: want at least %d bytes", minKeyFile)
	}
	seed, err := hkdf.Key(sha256.New, editionKey, nil, "beistand/edition-sign/v1", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("deriving the signing key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// PublicKey returns the public half of the office's signing key, hex, as it stands on the statistics page.
func PublicKey(editionKey []byte) (string, error) {
	key, err := signingKey(editionKey)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(key.Public().(ed25519.PublicKey)), nil
}

// Audited lets the auditor attack an edition's bytes, beside those of other years, and puts its report into the
// bundle. It returns the bundle and the report; only a safe one may be signed.
func Audited(e Edition, others [][]byte, known []byte) ([]byte, audit.Report, error) {
	e.Audit, e.Signature = nil, nil
	bare, err := e.Bytes()
	if err != nil {
		return nil, audit.Report{}, err
	}
	own, err := audit.Bundle(bare, known)
	if err != nil {
		return nil, audit.Report{}, fmt.Errorf("auditing: %w", err)
	}
	if err := e.attach(own); err != nil {
		return nil, audit.Report{}, err
	}
	text, err := e.Bytes()
	if err != nil || len(others) == 0 {
		return text, own, err
	}
	all, err := audit.Bundles(append([][]byte{text}, others...), known)
	return text, all, err
}

// Sign freezes an edition on a day and signs it. It audits once more and refuses what is not safe; nothing
// overrules that.
func Sign(bundle, editionKey, known []byte, frozenOn string) ([]byte, error) {
	e, _, err := ReadEdition(bundle)
	if err != nil {
		return nil, err
	}
	if e.Signature != nil || e.FrozenOn != "" {
		return nil, errors.New("signing: a frozen edition is never signed again")
	}
	if !day.MatchString(frozenOn) {
		return nil, errors.New("signing: want the day as YYYY-MM-DD")
	}
	key, err := signingKey(editionKey)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	e.FrozenOn = frozenOn
	text, report, err := Audited(e, nil, known)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if report.Verdict != audit.Safe {
		return nil, fmt.Errorf("signing: %w: %s", ErrRefused, report.Verdict)
	}
	if e, _, err = ReadEdition(text); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	e.Signature = &Signature{
		Alg: "Ed25519", Key: base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)),
		Value: base64.StdEncoding.EncodeToString(ed25519.Sign(key, append([]byte(signLabel), text...))),
	}
	return e.Bytes()
}

// Verify reads a bundle as anybody can: its parts, its signature if there is one, and the audit, which runs
// again on the same bytes. Key is the office's public key in hex, or "" to take the bundle's own. It returns
// the edition and the auditor's report; an unsigned bundle gives ErrSignature.
func Verify(bundle []byte, key string) (Edition, audit.Report, error) {
	e, _, err := ReadEdition(bundle)
	if err != nil {
		return Edition{}, audit.Report{}, err
	}
	report, err := audit.Bundle(bundle, nil)
	if err != nil {
		return e, report, fmt.Errorf("auditing: %w", err)
	}
	if report.Verdict != audit.Safe {
		return e, report, fmt.Errorf("auditing: %w: %s", ErrRefused, report.Verdict)
	}
	var stored audit.Report
	text, err := json.Marshal(e.Audit)
	if err != nil || json.Unmarshal(text, &stored) != nil || stored.Verdict != audit.Safe || len(stored.Subjects) != 1 || stored.Subjects[0] != report.Subjects[0] {
		return e, report, errors.New("reading the edition: its audit is of other bytes")
	}
	return e, report, e.verifySignature(key)
}

func (e Edition) verifySignature(key string) error {
	if e.Signature == nil {
		return fmt.Errorf("%w: there is none", ErrSignature)
	}
	if e.FrozenOn == "" || e.Signature.Alg != "Ed25519" {
		return ErrSignature
	}
	public, err1 := base64.StdEncoding.DecodeString(e.Signature.Key)
	value, err2 := base64.StdEncoding.DecodeString(e.Signature.Value)
	if err1 != nil || err2 != nil || len(public) != ed25519.PublicKeySize || key != "" && hex.EncodeToString(public) != key {
		return ErrSignature
	}
	e.Signature = nil
	text, err := e.Bytes()
	if err != nil || !ed25519.Verify(public, append([]byte(signLabel), text...), value) {
		return ErrSignature
	}
	return nil
}

// An Erratum is a line beside a frozen edition: what was wrong, in words, without a number. Withdrawn names
// tables that are shown no longer.
type Erratum struct {
	V         int               `json:"v"`
	Kind      string            `json:"kind"`    // beistand-erratum
	Edition   string            `json:"edition"` // SHA-256 of the bundle
	Day       string            `json:"day"`
	Text      map[string]string `json:"text"` // de, en
	Withdrawn []string          `json:"withdrawn"`
	Signature *Signature        `json:"signature,omitempty"`
}

// Correct signs an erratum to an edition.
func Correct(bundle, editionKey []byte, on string, text map[string]string, withdrawn []string) ([]byte, error) {
	e, p, err := ReadEdition(bundle)
	if err != nil {
		return nil, err
	}
	key, err := signingKey(editionKey)
	if err != nil {
		return nil, fmt.Errorf("correcting: %w", err)
	}
	if e.Signature == nil || !day.MatchString(on) || !titled(text) || len(text) == 0 {
		return nil, errors.New("correcting: want a signed edition, a day, and a text in German and English")
	}
	for _, lang := range []string{"de", "en"} {
		for _, r := range text[lang] {
			if unicode.IsNumber(r) { // of any script, and fractions
				return nil, errors.New("correcting: an erratum says no numbers")
			}
		}
	}
	for _, id := range withdrawn {
		if !p.hasTable(id) {
			return nil, fmt.Errorf("correcting: no table %q", id)
		}
	}
	line := Erratum{1, "beistand-erratum", hashText(bundle), on, text, append([]string{}, withdrawn...), nil}
	plain, err := canonical(line)
	if err != nil {
		return nil, fmt.Errorf("correcting: %w", err)
	}
	line.Signature = &Signature{
		Alg: "Ed25519", Key: base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)),
		Value: base64.StdEncoding.EncodeToString(ed25519.Sign(key, append([]byte(errataLabel), plain...))),
	}
	return canonical(line)
}

// ReadErratum verifies an erratum against the bundle it is about, whose key must have signed it.
func ReadErratum(text, bundle []byte) (Erratum, error) {
	var line Erratum
	if _, err := decode(text, &line); err != nil {
		return Erratum{}, fmt.Errorf("reading the erratum: %w", err)
	}
	e, _, err := ReadEdition(bundle)
	if err != nil {
		return Erratum{}, err
	}
	s := line.Signature
	if s == nil || e.Signature == nil || s.Key != e.Signature.Key || line.Edition != hashText(bundle) || line.Kind != "beistand-erratum" {
		return Erratum{}, ErrSignature
	}
	public, err1 := base64.StdEncoding.DecodeString(s.Key)
	value, err2 := base64.StdEncoding.DecodeString(s.Value)
	line.Signature = nil
	plain, err3 := canonical(line)
	if errors.Join(err1, err2, err3) != nil || len(public) != ed25519.PublicKeySize || !ed25519.Verify(public, append([]byte(errataLabel), plain...), value) {
		return Erratum{}, ErrSignature
	}
	line.Signature = s
	return line, nil
}

func (p Plan) hasTable(id string) bool {
	for _, t := range p.Tables {
		if t.ID == id {
			return true
		}
	}
	return false
}

// PublicKey returns the key that the bundle says it was signed with, hex, or "".
func (e Edition) PublicKey() string {
	if e.Signature == nil {
		return ""
	}
	key, err := base64.StdEncoding.DecodeString(e.Signature.Key)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(key)
}
