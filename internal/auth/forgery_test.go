package auth

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// What a good token says, at noon, as Token writes it.
const (
	goodHeader = `{"alg":"EdDSA","kid":"KID","typ":"JWT"}`
	goodClaims = `{"sid":"` + testSID + `","role":"caseworker","iss":"` + testSite + `","sub":"` + testMember + `","aud":["office"],"exp":1795349400,"iat":1795348800}`
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// A forge writes tokens as an attacker would, byte for byte.
type forge struct{ own, other signer }

func (f forge) text(header, payload string) string {
	return b64(strings.ReplaceAll(header, "KID", f.own.kid)) + "." + b64(payload)
}

// by signs with a key.
func by(k signer, text string) string {
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(k.private, []byte(text)))
}

// says is signed with our own key: only its writing is at fault.
func (f forge) says(header, payload string) string { return by(f.own, f.text(header, payload)) }

func (f forge) mac(header, key string) string {
	text := f.text(header, goodClaims)
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// header and claims change one thing in what is good.
func (f forge) header(old, replacement string) string {
	return f.says(strings.Replace(goodHeader, old, replacement, 1), goodClaims)
}

func (f forge) claims(old, replacement string) string {
	return f.says(goodHeader, strings.Replace(goodClaims, old, replacement, 1))
}

// refused is every token that must let nobody in, by what is wrong with it.
func (f forge) refused() map[string]string {
	all := map[string]string{}
	for _, group := range []map[string]string{f.algorithms(), f.headers(), f.payloads(), f.times(), f.parts(), f.signatures()} {
		for what, token := range group {
			if all[what] != "" {
				panic("two forgeries are called " + what)
			}
			all[what] = token
		}
	}
	return all
}

func (f forge) algorithms() map[string]string {
	none := func(alg string) string {
		return f.text(strings.Replace(goodHeader, "EdDSA", alg, 1), goodClaims) + "."
	}
	hs := strings.Replace(goodHeader, "EdDSA", "HS256", 1)
	pem := "-----BEGIN PUBLIC KEY-----\n" + base64.StdEncoding.EncodeToString(append([]byte("0*0\x05\x06\x03+ep\x03!\x00"), f.own.public...)) + "\n-----END PUBLIC KEY-----\n"
	signed := strings.TrimPrefix(f.says(goodHeader, goodClaims), f.text(goodHeader, goodClaims))
	return map[string]string{
		"alg none":                         none("none"),
		"alg None":                         none("None"),
		"alg NONE":                         none("NONE"),
		"alg empty, no signature":          none(""),
		"alg none, with our signature":     f.text(strings.Replace(goodHeader, "EdDSA", "none", 1), goodClaims) + signed,
		"alg none, signed by us":           f.header("EdDSA", "none"),
		"alg HS256, public key":            f.mac(hs, string(f.own.public)),
		"alg HS256, public key as PEM":     f.mac(hs, pem),
		"alg HS256, public key as text":    f.mac(hs, base64.RawURLEncoding.EncodeToString(f.own.public)),
		"alg HS256, kid as key":            f.mac(hs, f.own.kid),
		"alg HS256, empty key":             f.mac(hs, ""),
		"alg EdDSA, signed with HMAC":      f.mac(goodHeader, string(f.own.public)),
		"alg ES256, signature of zeros":    f.text(strings.Replace(goodHeader, "EdDSA", "ES256", 1), goodClaims) + "." + b64(strings.Repeat("\x00", 64)),
		"alg ES256, signed by us":          f.header("EdDSA", "ES256"),
		"alg RS256, signed by us":          f.header("EdDSA", "RS256"),
		"alg eddsa in small letters":       f.header("EdDSA", "eddsa"),
		"alg Ed25519":                      f.header("EdDSA", "Ed25519"),
		"alg with a space":                 f.header("EdDSA", "EdDSA "),
		"alg a list":                       f.header(`"EdDSA"`, `["EdDSA"]`),
		"alg null":                         f.header(`"EdDSA"`, `null`),
		"alg missing":                      f.header(`"alg":"EdDSA",`, ``),
		"alg twice, the good one last":     f.header(`"alg"`, `"alg":"none","alg"`),
		"alg twice, the good one first":    f.header(`"EdDSA"`, `"EdDSA","alg":"none"`),
		"alg escaped":                      f.header(`"alg"`, `"al\u0067"`),
		"alg escaped, none beside it":      f.header(`"alg"`, `"al\u0067":"none","alg"`),
		"alg in other letters":             f.header(`"alg"`, `"ALG"`),
		"alg in other letters beside ours": f.header(`"alg"`, `"Alg":"none","alg"`),
	}
}

func (f forge) headers() map[string]string {
	jwk := `{"kty":"OKP","crv":"Ed25519","x":"` + base64.RawURLEncoding.EncodeToString(f.other.public) + `"}`
	with := func(member string) string {
		return by(f.other, f.text(strings.Replace(goodHeader, `"kid"`, member+`,"kid"`, 1), goodClaims))
	}
	return map[string]string{
		"kid missing":                     f.header(`"kid":"KID",`, ``),
		"kid unknown":                     by(f.other, f.text(strings.Replace(goodHeader, "KID", f.other.kid, 1), goodClaims)),
		"kid unknown, our key":            f.header("KID", f.other.kid),
		"kid of ours, other key":          by(f.other, f.text(goodHeader, goodClaims)),
		"kid empty":                       f.header("KID", ""),
		"kid null":                        f.header(`"KID"`, `null`),
		"kid a number":                    f.header(`"KID"`, `7`),
		"kid a list":                      f.header(`"KID"`, `["KID"]`),
		"kid a path":                      f.header("KID", "../KID"),
		"kid with a byte of zero":         f.header("KID", `KID\u0000`),
		"kid with a space":                f.header("KID", "KID "),
		"kid escaped":                     f.header("KID", `\u00`+fmt.Sprintf("%x", f.own.kid[0])+f.own.kid[1:]),
		"kid in capitals":                 f.header("KID", "X"+strings.ToUpper(f.own.kid)),
		"kid twice":                       f.header(`"kid"`, `"kid":"`+f.other.kid+`","kid"`),
		"typ missing":                     f.header(`,"typ":"JWT"`, ``),
		"typ in small letters":            f.header(`"JWT"`, `"jwt"`),
		"typ at+jwt":                      f.header(`"JWT"`, `"at+jwt"`),
		"typ JOSE":                        f.header(`"JWT"`, `"JOSE"`),
		"cty JWT":                         f.header(`{`, `{"cty":"JWT",`),
		"zip":                             f.header(`{`, `{"zip":"DEF",`),
		"crit of exp":                     f.header(`{`, `{"crit":["exp"],`),
		"crit empty":                      f.header(`{`, `{"crit":[],`),
		"crit null":                       f.header(`{`, `{"crit":null,`),
		"b64 false":                       f.header(`{`, `{"b64":false,`),
		"b64 false, crit":                 f.header(`{`, `{"b64":false,"crit":["b64"],`),
		"b64 false, payload in clear":     by(f.own, b64(strings.ReplaceAll(`{"alg":"EdDSA","b64":false,"crit":["b64"],"kid":"KID","typ":"JWT"}`, "KID", f.own.kid))+"."+goodClaims),
		"b64 true":                        f.header(`{`, `{"b64":true,`),
		"jwk of another, signed by it":    with(`"jwk":` + jwk),
		"jwk of another, signed by us":    f.header(`{`, `{"jwk":`+jwk+`,`),
		"jku, signed by its key":          with(`"jku":"https://keys.example/set.json"`),
		"x5u, signed by its key":          with(`"x5u":"https://keys.example/chain.pem"`),
		"x5c, signed by its key":          with(`"x5c":["` + base64.StdEncoding.EncodeToString(f.other.public) + `"]`),
		"x5t":                             f.header(`{`, `{"x5t":"AAAA",`),
		"header with white space":         f.header(`,`, `, `),
		"header in another order":         f.says(`{"typ":"JWT","kid":"KID","alg":"EdDSA"}`, goodClaims),
		"header with a name nobody knows": f.header(`{`, `{"aaa":1,`),
		"header with a tail":              f.says(goodHeader+"{}", goodClaims),
		"header a list":                   f.says(`["alg","EdDSA"]`, goodClaims),
		"header null":                     f.says(`null`, goodClaims),
		"header a text":                   f.says(`"EdDSA"`, goodClaims),
		"header of no JSON":               f.says(`EdDSA`, goodClaims),
		"header not in UTF-8":             f.header("KID", "KID\xff"),
		"header with a mark before it":    f.says("\xef\xbb\xbf"+goodHeader, goodClaims),
	}
}

func (f forge) payloads() map[string]string {
	return map[string]string{
		"issuer another":                   f.claims(testSite, "other.example"),
		"issuer empty":                     f.claims(testSite, ""),
		"issuer missing":                   f.claims(`"iss":"`+testSite+`",`, ``),
		"issuer a list":                    f.claims(`"`+testSite+`"`, `["`+testSite+`"]`),
		"issuer with a stop":               f.claims(testSite, testSite+"."),
		"audience another":                 f.claims(`"office"`, `"office-step"`),
		"audience in capitals":             f.claims(`"office"`, `"OFFICE"`),
		"audience two":                     f.claims(`"office"`, `"office","office-step"`),
		"audience ours twice":              f.claims(`"office"`, `"office","office"`),
		"audience none":                    f.claims(`["office"]`, `[]`),
		"audience missing":                 f.claims(`"aud":["office"],`, ``),
		"audience null":                    f.claims(`["office"]`, `null`),
		"audience a text, not a list":      f.claims(`["office"]`, `"office"`),
		"session missing":                  f.claims(`"sid":"`+testSID+`",`, ``),
		"session empty":                    f.claims(testSID, ""),
		"session short":                    f.claims(testSID, testSID[2:]),
		"session in capitals":              f.claims(testSID, strings.ToUpper(testSID)),
		"session no hex":                   f.claims(testSID, strings.Repeat("x", 32)),
		"session a number":                 f.claims(`"`+testSID+`"`, "7"),
		"session twice":                    f.claims(`"sid"`, `"sid":"`+strings.Repeat("f", 32)+`","sid"`),
		"session in other letters as well": f.claims(`"sid"`, `"sid":"`+testSID+`","SID"`),
		"session in other letters":         f.claims(`"sid"`, `"Sid"`),
		"subject missing":                  f.claims(`"sub":"`+testMember+`",`, ``),
		"subject empty":                    f.claims(testMember, ""),
		"subject twice":                    f.claims(`"sub"`, `"sub":"`+strings.Repeat("f", 32)+`","sub"`),
		"role twice":                       f.claims(`"role"`, `"role":"admin","role"`),
		"claim that nobody knows":          f.claims(`{`, `{"admin":true,`),
		"jti":                              f.claims(`{`, `{"jti":"1",`),
		"claims with white space":          f.claims(`,`, `, `),
		"claims in another order":          f.says(goodHeader, `{"iat":1795348800,`+strings.TrimSuffix(strings.TrimPrefix(goodClaims, `{`), `,"iat":1795348800}`)+`}`),
		"claims with a tail":               f.says(goodHeader, goodClaims+"x"),
		"claims twice":                     f.says(goodHeader, goodClaims+goodClaims),
		"claims a list":                    f.says(goodHeader, `[`+goodClaims+`]`),
		"claims null":                      f.says(goodHeader, `null`),
		"claims empty":                     f.says(goodHeader, ``),
		"claims of no JSON":                f.says(goodHeader, `sid=1`),
		"claims not in UTF-8":              f.claims("caseworker", "case\xffworker"),
		"claims escaped":                   f.claims("caseworker", `\u0063aseworker`),
		"claims with a mark before them":   f.says(goodHeader, "\xef\xbb\xbf"+goodClaims),
		"token of more than 1,024 letters": f.claims("caseworker", strings.Repeat("x", maxToken)),
	}
}

func (f forge) times() map[string]string {
	const exp, iat = `"exp":1795349400`, `"iat":1795348800`
	return map[string]string{
		"exp missing":               f.claims(exp+",", ``),
		"exp null":                  f.claims(exp, `"exp":null`),
		"exp now":                   f.claims(exp, `"exp":1795348800`),
		"exp a second ago":          f.claims(exp, `"exp":1795348799`),
		"exp zero":                  f.claims(exp, `"exp":0`),
		"exp below zero":            f.claims(exp, `"exp":-1`),
		"exp a text":                f.claims(exp, `"exp":"1795349400"`),
		"exp with a fraction":       f.claims(exp, `"exp":1795349400.5`),
		"exp in another writing":    f.claims(exp, `"exp":17953494e2`),
		"exp beyond any number":     f.claims(exp, `"exp":1e400`),
		"exp in a year":             f.claims(exp, `"exp":1826885400`),
		"exp a second too late":     f.claims(exp, `"exp":1795349401`),
		"exp twice, the late last":  f.claims(exp, `"exp":1795348799,`+exp),
		"exp twice, the late first": f.claims(exp, exp+`,"exp":1795348799`),
		"exp in other letters":      f.claims(exp, `"EXP":1795349400`),
		"iat missing":               f.claims(","+iat, ``),
		"iat null":                  f.claims(iat, `"iat":null`),
		"iat in a minute":           f.claims(iat, `"iat":1795348860`),
		"iat in 31 seconds":         f.claims(exp+`,`+iat, `"exp":1795349431,"iat":1795348831`),
		"iat a text":                f.claims(iat, `"iat":"1795348800"`),
		"nbf in a minute":           f.claims(iat, iat+`,"nbf":1795348860`),
		"nbf a minute ago":          f.claims(iat, iat+`,"nbf":1795348740`),
		"nbf a text":                f.claims(iat, iat+`,"nbf":"x"`),
	}
}

func (f forge) parts() map[string]string {
	good := f.says(goodHeader, goodClaims)
	p := strings.Split(good, ".")
	join := func(parts ...string) string { return strings.Join(parts, ".") }
	return map[string]string{
		"nothing":                       "",
		"a word":                        "Bearer",
		"dots only":                     "..",
		"two parts":                     join(p[0], p[1]),
		"four parts":                    join(p[0], p[1], p[2], "AAAA"),
		"five parts, as if encrypted":   join(p[0], "", p[1], p[2], "AAAA"),
		"a dot behind":                  good + ".",
		"a dot before":                  "." + good,
		"no header":                     join("", p[1], p[2]),
		"no claims":                     join(p[0], "", p[2]),
		"no signature":                  join(p[0], p[1], ""),
		"header changed":                join(flip(p[0]), p[1], p[2]),
		"claims changed":                join(p[0], flip(p[1]), p[2]),
		"claims of another role":        join(p[0], b64(strings.Replace(goodClaims, "caseworker", "admin", 1)), p[2]),
		"parts exchanged":               join(p[1], p[0], p[2]),
		"header padded":                 join(p[0]+"=", p[1], p[2]),
		"claims padded":                 join(p[0], p[1]+"=", p[2]),
		"signature padded":              join(p[0], p[1], p[2]+"=="),
		"signature with unused bits":    join(p[0], p[1], loosen(p[2])),
		"signature of a byte more":      good + "AA",
		"a line break in the signature": good[:len(good)-9] + "\n" + good[len(good)-9:],
		"a line break in the header":    good[:9] + "\r\n" + good[9:],
		"a line break behind":           good + "\n",
		"a space behind":                good + " ",
		"a space before":                " " + good,
		"a byte of zero behind":         good + "\x00",
		"letters of the other base64":   join(p[0], p[1], strings.NewReplacer("-", "+", "_", "/").Replace(p[2])),
		"percent signs":                 strings.ReplaceAll(good, ".", "%2E"),
		"as JSON, flat":                 `{"protected":"` + p[0] + `","payload":"` + p[1] + `","signature":"` + p[2] + `"}`,
		"as JSON, general":              `{"payload":"` + p[1] + `","signatures":[{"protected":"` + p[0] + `","signature":"` + p[2] + `"}]}`,
		"twice":                         good + good,
		"two, with a comma":             good + "," + good,
	}
}

func (f forge) signatures() map[string]string {
	text := f.text(goodHeader, goodClaims)
	good := ed25519.Sign(f.own.private, []byte(text))
	with := func(sig []byte) string { return text + "." + base64.RawURLEncoding.EncodeToString(sig) }
	changed := func(at int) []byte { s := slices.Clone(good); s[at] ^= 1; return s }
	hashed := func(o *ed25519.Options, message []byte) []byte {
		sig, err := f.own.private.Sign(nil, message, o)
		if err != nil {
			panic(err)
		}
		return sig
	}
	digest := crypto.SHA512.New()
	digest.Write([]byte(text))
	identity := append(append([]byte{1}, make([]byte, 31)...), good[32:]...)
	return map[string]string{
		"signature of zeros":            with(make([]byte, 64)),
		"signature of 63 bytes":         with(good[:63]),
		"signature of 65 bytes":         with(append(slices.Clone(good), 0)),
		"signature of 128 bytes":        with(append(slices.Clone(good), good...)),
		"signature, R changed":          with(changed(0)),
		"signature, S changed":          with(changed(32)),
		"signature, last byte changed":  with(changed(63)),
		"signature, top bit of S set":   with(append(slices.Clone(good[:63]), good[63]|0x80)),
		"signature, S and L":            with(malleable(good, 1)),
		"signature, S and twice L":      with(malleable(good, 2)),
		"signature, S of zeros":         with(append(slices.Clone(good[:32]), make([]byte, 32)...)),
		"signature, R the identity":     with(identity),
		"signature, halves exchanged":   with(append(slices.Clone(good[32:]), good[:32]...)),
		"signature of the hash only":    with(hashed(&ed25519.Options{Hash: crypto.SHA512}, digest.Sum(nil))),
		"signature with a context":      with(hashed(&ed25519.Options{Context: "office"}, []byte(text))),
		"signature of other claims":     text + "." + strings.Split(f.claims("caseworker", "admin"), ".")[2],
		"signature of the claims alone": with(ed25519.Sign(f.own.private, []byte(b64(goodClaims)))),
		"signature of the bare texts":   with(ed25519.Sign(f.own.private, []byte(goodClaims))),
	}
}

// malleable adds n times the group's order L to S: the same equation, another
// signature, which RFC 8032 refuses.
func malleable(sig []byte, n int64) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := slices.Clone(sig[32:])
	slices.Reverse(s)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), new(big.Int).Mul(order, big.NewInt(n)))
	half := sum.FillBytes(make([]byte, 32))
	slices.Reverse(half)
	return append(slices.Clone(sig[:32]), half...)
}

// flip changes the first letter of a base64 text.
func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// loosen sets unused bits of the last letter: the same bytes in another writing.
func loosen(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, s[len(s)-1])
	return s[:len(s)-1] + string(alphabet[last|1])
}

// TestForgeIsRight: the base of all forgeries is what Token writes, and valid.
func TestForgeIsRight(t *testing.T) {
	s := signing(t)
	f := forge{own: s.Keys.newest(), other: newSigner(seed(9))}
	token, err := s.Token(Identity{Member: testMember, Role: "caseworker", Until: noon.Add(SessionLife), sid: testSID})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.says(goodHeader, goodClaims); got != token {
		t.Errorf("the forge writes\n%s\nwant\n%s", got, token)
	}
}
