package seal

// What follows from an office identity. Browsers of members do this; in Go only
// the fictional city does, whose identity is public.

// OfficeMAC returns the key that marks boxes which only the office reads: notes,
// codings, reasons. A resident does not have it and can forge none of them.
func OfficeMAC(officeIdentity string) [32]byte {
	return derive([]byte(officeIdentity), labelOfficeMAC)
}

// Vouch returns the mark by which holders of an office key recognise a member
// when they hand on the next one: without it, whoever can write to the database
// could invent a member and be given the key. Member is the member id, recipient
// the member's public key, name the name that colleagues see.
func Vouch(officeIdentity, member, recipient, name string) [32]byte {
	key := derive([]byte(officeIdentity), labelVouch)
	return mac(key, []byte(member), []byte("\n"), []byte(recipient), []byte("\n"), []byte(name))
}
