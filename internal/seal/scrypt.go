package seal

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The memory-hard function of RFC 7914 with p = 1, as one page of code: this
// package may use the standard library and age only, and only the fictional city
// derives logins in Go. Tests hold it to the vectors of the RFC.

// scrypt stretches a password. Cost is a power of two; memory is 128·cost·block
// bytes.
func scrypt(password, salt []byte, cost, block, size int) ([]byte, error) {
	seed, err := pbkdf2.Key(sha256.New, string(password), salt, 1, 128*block)
	if err != nil {
		return nil, fmt.Errorf("stretching a password: %w", err)
	}
	x := make([]uint32, 32*block)
	for i := range x {
		x[i] = binary.LittleEndian.Uint32(seed[4*i:])
	}
	mixRoom(x, cost, block)
	for i, w := range x {
		binary.LittleEndian.PutUint32(seed[4*i:], w)
	}
	out, err := pbkdf2.Key(sha256.New, string(password), seed, 1, size)
	if err != nil {
		return nil, fmt.Errorf("stretching a password: %w", err)
	}
	return out, nil
}

// mixRoom is scryptROMix: fill a room of cost blocks, then walk through it by
// what is read.
func mixRoom(x []uint32, cost, block int) {
	words := 32 * block
	room := make([]uint32, cost*words)
	y := make([]uint32, words)
	for i := range cost {
		copy(room[i*words:], x)
		mixBlock(x, y, block)
		x, y = y, x
	}
	for range cost {
		j := int(x[words-16]) & (cost - 1)
		for k, w := range room[j*words : (j+1)*words] {
			x[k] ^= w
		}
		mixBlock(x, y, block)
		x, y = y, x
	}
}

// mixBlock is scryptBlockMix from in to out: even pieces first, odd ones behind.
func mixBlock(in, out []uint32, block int) {
	var x [16]uint32
	copy(x[:], in[(2*block-1)*16:])
	for i := range 2 * block {
		for k, w := range in[i*16 : i*16+16] {
			x[k] ^= w
		}
		salsa8(&x)
		at := i / 2
		if i%2 == 1 {
			at += block
		}
		copy(out[at*16:], x[:])
	}
}

// salsa8 is the Salsa20/8 core.
func salsa8(b *[16]uint32) {
	x := *b
	for range 4 {
		quarter(&x, 0, 4, 8, 12)
		quarter(&x, 5, 9, 13, 1)
		quarter(&x, 10, 14, 2, 6)
		quarter(&x, 15, 3, 7, 11)
		quarter(&x, 0, 1, 2, 3)
		quarter(&x, 5, 6, 7, 4)
		quarter(&x, 10, 11, 8, 9)
		quarter(&x, 15, 12, 13, 14)
	}
	for i, w := range x {
		b[i] += w
	}
}

func quarter(x *[16]uint32, a, b, c, d int) {
	x[b] ^= bits.RotateLeft32(x[a]+x[d], 7)
	x[c] ^= bits.RotateLeft32(x[b]+x[a], 9)
	x[d] ^= bits.RotateLeft32(x[c]+x[b], 13)
	x[a] ^= bits.RotateLeft32(x[d]+x[c], 18)
}
