package notify

// The texts of the digest. The first two have the same number of bytes, which a
// test counts: the length of a sealed connection must not tell which one was
// sent. Plain ASCII, short lines, no space before a line's end and no "=": no
// encoding changes their length.
const (
	subject = "Beistand: Tagesnachricht / daily message"

	textWaits = "Guten Morgen.\n\n" +
		"In der Fallbearbeitung wartet Arbeit auf Sie.\n" +
		"Work waiting for you in the console: some.\n\n" +
		signature
	textNothing = "Guten Morgen.\n\n" +
		"In der Fallbearbeitung wartet nichts auf Sie.\n" +
		"Work waiting for you in the console: none.\n\n" +
		signature
	textConstant = "Guten Morgen.\n\n" +
		"Bitte sehen Sie heute in die Fallbearbeitung.\n" +
		"Please have a look at the console today.\n\n" +
		signature

	signature = "Diese Nachricht kommt an jedem Arbeitstag zur selben Stunde,\n" +
		"auch wenn nichts wartet. Sie sagt nicht, ob es eine neue Meldung gibt.\n" +
		"Bitte nicht antworten.\n"
)
