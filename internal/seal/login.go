package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"

	"golang.org/x/crypto/scrypt"
)

// LoginKeys are what follows from a member's name and passphrase. In service
// they are made in the member's browser; Go makes them for the fictional city.
type LoginKeys struct {
	// Salt claims the name: its hexadecimal form is sent, the name is not.
	Salt [32]byte
	// Auth is sent to the server, which keeps its SHA-256.
	Auth [32]byte
	// Unlock never leaves the browser. Its identity, IdentityString(Unlock),
	// opens the member's locked key.
	Unlock [32]byte
}

var loginName = regexp.MustCompile(`^[a-z0-9.-]{3,32}$`)

// The cost of one guess: N = 2^17, r = 8, p = 1, which takes 128 MiB and half a
// second or more.
const (
	loginCost  = 1 << 17
	loginBlock = 8
)

// Login derives a member's login material. Name is 3 to 32 of [a-z0-9.-], words
// are the seven words of the passphrase with one space between them.
func Login(site, name, words string) (LoginKeys, error) {
	if !loginName.MatchString(name) {
		return LoginKeys{}, errors.New("deriving a login: malformed name")
	}
	salt := loginSalt(site, name)
	root, err := scrypt.Key([]byte(words), salt[:], loginCost, loginBlock, 1, 64)
	if err != nil {
		return LoginKeys{}, fmt.Errorf("deriving a login: %w", err)
	}
	defer clear(root)
	return LoginKeys{
		Salt:   salt,
		Auth:   derive(root, labelAuth),
		Unlock: derive(root, labelUnlock),
	}, nil
}

func loginSalt(site, name string) [32]byte {
	return sha256.Sum256([]byte(labelLogin + site + "\n" + name))
}
