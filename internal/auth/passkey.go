package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/golang-jwt/jwt/v5"
)

// StepLife is how long a challenge to a passkey is good (protocol.md §3).
const StepLife = 2 * time.Minute

// stepAudience keeps a challenge apart from a session: neither is taken for the other.
const stepAudience = "office-step"

const challengeSize = 32

// A Purpose says what a challenge is for; an answer to one is none to another.
type Purpose string

// The purposes.
const (
	PurposeLogin Purpose = "login" // a passkey of the member proves that its owner is there
	PurposeEnrol Purpose = "enrol" // a logged-in member makes a further passkey
	PurposeFirst Purpose = "first" // a member who must have a passkey makes the first one at the login
)

// A Passkey is the public half of a member's second factor.
type Passkey struct {
	ID     []byte // as the authenticator chose it
	Key    []byte // COSE
	Synced bool   // whether it may be copied to other devices; fixed when it is made
}

// A Step is a challenge that was given to a member.
type Step struct {
	Member    string
	Purpose   Purpose
	Challenge string // base64url
	until     time.Time
}

type stepClaims struct {
	For       Purpose `json:"for"`
	Challenge string  `json:"chl"`
	jwt.RegisteredClaims
}

// NewStep draws a challenge for the member. The token stands for it; nothing is
// stored until it is used.
func (s *Service) NewStep(member string, purpose Purpose) (token string, step Step, err error) {
	raw := make([]byte, challengeSize)
	if _, err := io.ReadFull(s.random(), raw); err != nil {
		return "", Step{}, fmt.Errorf("drawing a challenge: %w", err)
	}
	now := s.Now()
	step = Step{member, purpose, base64.RawURLEncoding.EncodeToString(raw), now.Add(StepLife)}
	token, err = s.sign(stepClaims{purpose, step.Challenge, s.registered(member, stepAudience, now, step.until)})
	return token, step, err
}

// TakeStep reads the token of a step and uses it up: whatever comes of it, it is
// never taken again. ErrLogin: forged, expired, used, or for another purpose.
func (s *Service) TakeStep(ctx context.Context, token string, purpose Purpose) (Step, error) {
	var c stepClaims
	t, err := s.signed(token, &c, s.rules(stepAudience)...)
	if err != nil || c.For != purpose || c.Subject == "" || len(c.Audience) != 1 ||
		!s.fresh(c.RegisteredClaims, StepLife) || !oneWriting(t) {
		return Step{}, ErrLogin
	}
	sum := sha256.Sum256([]byte(c.Challenge))
	err = s.Store.Once(ctx, "passkey:"+hex.EncodeToString(sum[:]), c.ExpiresAt.Unix())
	if errors.Is(err, fs.ErrExist) {
		return Step{}, ErrLogin
	}
	if err != nil {
		return Step{}, fmt.Errorf("using a challenge up: %w", err)
	}
	return Step{c.Subject, c.For, c.Challenge, c.ExpiresAt.Time}, nil
}

// An Assertion is what a passkey signed: the parts that a browser gives, no more.
// What an extension computed for the page never comes here.
type Assertion struct {
	ID         []byte
	ClientData []byte
	Authority  []byte // authenticator data
	Signature  []byte
}

// Assert holds an assertion against the step and the member's passkeys. It gives
// the passkey that signed and its counter, which is 0 for those that do not
// count. It waits like a login, the longer the more assertions of this member
// failed. ErrLogin, ErrBusy.
func (s *Service) Assert(ctx context.Context, step Step, keys []Passkey, a Assertion) (Passkey, uint32, error) {
	slot := "passkey:" + step.Member
	if err := s.Pace.Wait(ctx, slot); err != nil {
		return Passkey{}, 0, err
	}
	key, count, err := s.asserted(step, keys, a)
	if err != nil {
		s.Pace.Failed(slot)
		return Passkey{}, 0, ErrLogin
	}
	s.Pace.Passed(slot)
	return key, count, nil
}

func (s *Service) asserted(step Step, keys []Passkey, a Assertion) (Passkey, uint32, error) {
	party, err := s.party()
	if err != nil {
		return Passkey{}, 0, err
	}
	response := protocol.CredentialAssertionResponse{
		PublicKeyCredential: credential(a.ID),
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: a.ClientData},
			AuthenticatorData:     a.Authority, Signature: a.Signature,
		},
	}
	parsed, err := response.Parse()
	if err != nil {
		return Passkey{}, 0, err
	}
	user := owner{step.Member, keys}
	used, err := party.ValidateLogin(user, s.ceremony(step, keys), parsed)
	if err != nil {
		return Passkey{}, 0, err
	}
	for _, k := range keys {
		if bytes.Equal(k.ID, used.ID) {
			return k, parsed.Response.AuthenticatorData.Counter, nil
		}
	}
	return Passkey{}, 0, ErrLogin
}

// An Enrolment is what a new passkey says of itself.
type Enrolment struct {
	ID          []byte
	ClientData  []byte
	Attestation []byte
}

// Enrol checks a new passkey against its step. Who made the device is neither
// asked for nor kept. ErrLogin: it does not answer this step.
func (s *Service) Enrol(step Step, e Enrolment) (Passkey, error) {
	party, err := s.party()
	if err != nil {
		return Passkey{}, err
	}
	response := protocol.CredentialCreationResponse{
		PublicKeyCredential: credential(e.ID),
		AttestationResponse: protocol.AuthenticatorAttestationResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: e.ClientData},
			AttestationObject:     e.Attestation,
		},
	}
	parsed, err := response.Parse()
	if err != nil {
		return Passkey{}, ErrLogin
	}
	made, err := party.CreateCredential(owner{step.Member, nil}, s.ceremony(step, nil), parsed)
	if err != nil {
		return Passkey{}, ErrLogin
	}
	return Passkey{made.ID, made.PublicKey, made.Flags.BackupEligible}, nil
}

// PasskeyHost is the host that passkeys bind to.
func (s *Service) PasskeyHost() string {
	u, err := url.Parse(s.Origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// PasskeyUser is the handle under which an authenticator keeps a member's passkey.
func PasskeyUser(member string) []byte {
	id, err := hex.DecodeString(member)
	if err != nil {
		return []byte(member)
	}
	return id
}

func (s *Service) party() (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{RPID: s.PasskeyHost(), RPDisplayName: s.Site, RPOrigins: []string{s.Origin}})
}

// ceremony is what the library wants to know of a step. The step's own end counts.
func (s *Service) ceremony(step Step, keys []Passkey) webauthn.SessionData {
	session := webauthn.SessionData{
		Challenge: step.Challenge, RelyingPartyID: s.PasskeyHost(), UserID: PasskeyUser(step.Member),
		UserVerification: protocol.VerificationRequired,
	}
	for _, alg := range PasskeyAlgorithms() {
		session.CredParams = append(session.CredParams, protocol.CredentialParameter{
			Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.COSEAlgorithmIdentifier(alg),
		})
	}
	for _, k := range keys {
		session.AllowedCredentialIDs = append(session.AllowedCredentialIDs, k.ID)
	}
	return session
}

// PasskeyAlgorithms are the COSE numbers of the signatures that are taken: EdDSA,
// ECDSA with P-256, and RSA, which older computers have nothing beside.
func PasskeyAlgorithms() []int {
	return []int{int(webauthncose.AlgEdDSA), int(webauthncose.AlgES256), int(webauthncose.AlgRS256)}
}

func credential(id []byte) protocol.PublicKeyCredential {
	return protocol.PublicKeyCredential{
		Credential: protocol.Credential{ID: base64.RawURLEncoding.EncodeToString(id), Type: string(protocol.PublicKeyCredentialType)},
		RawID:      id,
	}
}

// An owner is a member in the library's words.
type owner struct {
	member string
	keys   []Passkey
}

func (o owner) WebAuthnID() []byte          { return PasskeyUser(o.member) }
func (o owner) WebAuthnName() string        { return o.member }
func (o owner) WebAuthnDisplayName() string { return o.member }

func (o owner) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(o.keys))
	for i, k := range o.keys {
		list[i] = webauthn.Credential{ID: k.ID, PublicKey: k.Key, Flags: webauthn.CredentialFlags{BackupEligible: k.Synced}}
	}
	return list
}
