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

// salsa8 is the Salsa20/8 core, on variables and not in place: most of the time of
// a login is spent here.
func salsa8(b *[16]uint32) {
	x0, x1, x2, x3 := b[0], b[1], b[2], b[3]
	x4, x5, x6, x7 := b[4], b[5], b[6], b[7]
	x8, x9, x10, x11 := b[8], b[9], b[10], b[11]
	x12, x13, x14, x15 := b[12], b[13], b[14], b[15]
	for range 4 {
		x4 ^= bits.RotateLeft32(x0+x12, 7)
		x8 ^= bits.RotateLeft32(x4+x0, 9)
		x12 ^= bits.RotateLeft32(x8+x4, 13)
		x0 ^= bits.RotateLeft32(x12+x8, 18)
		x9 ^= bits.RotateLeft32(x5+x1, 7)
		x13 ^= bits.RotateLeft32(x9+x5, 9)
		x1 ^= bits.RotateLeft32(x13+x9, 13)
		x5 ^= bits.RotateLeft32(x1+x13, 18)
		x14 ^= bits.RotateLeft32(x10+x6, 7)
		x2 ^= bits.RotateLeft32(x14+x10, 9)
		x6 ^= bits.RotateLeft32(x2+x14, 13)
		x10 ^= bits.RotateLeft32(x6+x2, 18)
		x3 ^= bits.RotateLeft32(x15+x11, 7)
		x7 ^= bits.RotateLeft32(x3+x15, 9)
		x11 ^= bits.RotateLeft32(x7+x3, 13)
		x15 ^= bits.RotateLeft32(x11+x7, 18)
		x1 ^= bits.RotateLeft32(x0+x3, 7)
		x2 ^= bits.RotateLeft32(x1+x0, 9)
		x3 ^= bits.RotateLeft32(x2+x1, 13)
		x0 ^= bits.RotateLeft32(x3+x2, 18)
		x6 ^= bits.RotateLeft32(x5+x4, 7)
		x7 ^= bits.RotateLeft32(x6+x5, 9)
		x4 ^= bits.RotateLeft32(x7+x6, 13)
		x5 ^= bits.RotateLeft32(x4+x7, 18)
		x11 ^= bits.RotateLeft32(x10+x9, 7)
		x8 ^= bits.RotateLeft32(x11+x10, 9)
		x9 ^= bits.RotateLeft32(x8+x11, 13)
		x10 ^= bits.RotateLeft32(x9+x8, 18)
		x12 ^= bits.RotateLeft32(x15+x14, 7)
		x13 ^= bits.RotateLeft32(x12+x15, 9)
		x14 ^= bits.RotateLeft32(x13+x12, 13)
		x15 ^= bits.RotateLeft32(x14+x13, 18)
	}
	b[0], b[1], b[2], b[3] = b[0]+x0, b[1]+x1, b[2]+x2, b[3]+x3
	b[4], b[5], b[6], b[7] = b[4]+x4, b[5]+x5, b[6]+x6, b[7]+x7
	b[8], b[9], b[10], b[11] = b[8]+x8, b[9]+x9, b[10]+x10, b[11]+x11
	b[12], b[13], b[14], b[15] = b[12]+x12, b[13]+x13, b[14]+x14, b[15]+x15
}
