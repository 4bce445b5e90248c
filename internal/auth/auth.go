// Package auth says who a member is: it compares the proof of a login, checks
// what a passkey signed, keeps sessions, signs and checks the tokens that stand
// for them, and checks the one-time code of a set-up.
//
// It cannot read a case, knows no name, passphrase or key of a member (only the
// hash of a proof that the browser derived, and the public half of passkeys),
// decides nothing about what a role may do, and imports nothing of ours.
package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"
)

// The errors of this package. What else comes back is the store's, and means
// that nobody is let in.
var (
	// ErrLogin says that the proof was not accepted. It does not say why:
	// unknown name, wrong proof and a member who is off are one error.
	ErrLogin = errors.New("login refused")
	// ErrSession says that the token is missing, forged or expired, or that its
	// session has ended. It does not say which.
	ErrSession = errors.New("no session")
	// ErrBusy says that too many logins wait at this moment. Nothing was checked.
	ErrBusy = errors.New("too many logins wait")
)

// Lifetimes of protocol.md §10.
const (
	TokenLife   = 10 * time.Minute // of one token
	RefreshAge  = 5 * time.Minute  // a token older than this is issued anew
	SessionLife = 10 * time.Hour   // hard end of a session, never moved
)

// A Store keeps credentials and sessions. Its errors are those of io/fs; any
// other error means that nothing is known, and so nobody is let in.
type Store interface {
	// Credentials gives the member that claims the name, hex(s), and the current
	// records by kind: auth, lock, mpk. fs.ErrNotExist: nobody claims it.
	Credentials(ctx context.Context, name string) (member string, records map[string][]byte, err error)
	// Once inserts a slot that may be used a single time. fs.ErrExist: used.
	Once(ctx context.Context, id string, until int64) error
	// PutSession opens a session in the member's present gen. fs.ErrExist: the
	// id is in use.
	PutSession(ctx context.Context, id, member, device string, until int64) error
	// Session reads a session and what its member may do now. fs.ErrNotExist:
	// ended, of an older gen, or the member is off. The caller checks until.
	Session(ctx context.Context, id string) (member, role string, desks []string, until int64, err error)
	// Sessions hands the live sessions of a member to see. The caller checks until.
	Sessions(ctx context.Context, member string, see func(id, device string, until int64)) error
	// EndSession deletes a session; a second time is no error.
	EndSession(ctx context.Context, id string) error
}

// An Identity is a member in a live session. Role and desks are read from the
// member's record at each request, never from the token.
type Identity struct {
	Member string
	Role   string
	Desks  []string
	Until  time.Time // hard end of the session
	sid    string
	issued time.Time // of the token that was shown
}

// A Service logs members in and knows them again.
type Service struct {
	Store Store
	Keys  *KeyRing
	Pace  *Pace
	Site  string // issuer of the tokens
	// Origin is the console's one address, scheme://host[:port]; passkeys bind to
	// its host and answer nowhere else.
	Origin string
	Now    func() time.Time // of any zone
	Rand   io.Reader        // crypto/rand outside tests
}

// sessionID is the name under which a session is stored: a thief of the store
// learns no sid, and so cannot make a token that is accepted.
func sessionID(sid string) string {
	sum := sha256.Sum256([]byte(sid))
	return hex.EncodeToString(sum[:])
}
