package incident

// ChunkSize is the length of every piece of an attachment but the last, in bytes.
const ChunkSize = 256 << 10

// A Chunk is one piece of a sealed attachment.
type Chunk struct {
	ID   ChunkID
	Data []byte // at most ChunkSize
}

// A Key is a deletable record of the office: "<kind>:<owner>:<n, 4 digits>"
// (store.md §2). What must be deletable may not stand in the ledger.
type Key struct {
	ID    string
	Bytes []byte
}

// A Head is the newest event of a case without its content, as the heads sweep
// and the checkpoint need it.
type Head struct {
	Case  CaseID
	Rev   int
	Hash  Hash
	State State
}
