package seal

import "strings"

// age exports no way from a seed to an identity, so the text form is made here
// (BIP 173, encoder only) and age checks it when it is parsed.

const bech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

const identityPrefix = "age-secret-key-pq-"

// IdentityString writes a 32-byte seed as an age identity of the hybrid kind:
// 77 letters "AGE-SECRET-KEY-PQ-1…", all in upper case, as age demands.
func IdentityString(seed [32]byte) string {
	return strings.ToUpper(bech32Encode(identityPrefix, seed[:]))
}

func bech32Encode(prefix string, data []byte) string {
	words := fiveBit(data)
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte('1')
	for _, w := range append(words, bech32Checksum(prefix, words)...) {
		b.WriteByte(bech32Letters[w])
	}
	return b.String()
}

// fiveBit cuts bytes into words of five bits, the last one filled with zeros.
func fiveBit(data []byte) []byte {
	var words []byte
	var acc, bits uint
	for _, c := range data {
		acc = acc<<8 | uint(c)
		for bits += 8; bits >= 5; {
			bits -= 5
			words = append(words, byte(acc>>bits&31))
		}
	}
	if bits > 0 {
		words = append(words, byte(acc<<(5-bits)&31))
	}
	return words
}

func bech32Checksum(prefix string, words []byte) []byte {
	values := make([]byte, 0, 2*len(prefix)+1+len(words)+6)
	for i := range len(prefix) {
		values = append(values, prefix[i]>>5)
	}
	values = append(values, 0)
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	values = append(values, words...)
	values = append(values, make([]byte, 6)...)
	sum := bech32Polymod(values) ^ 1
	check := make([]byte, 6)
	for i := range check {
		check[i] = byte(sum >> (5 * (5 - i)) & 31)
	}
	return check
}

func bech32Polymod(values []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
