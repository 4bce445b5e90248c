package incident

// ChunkSize is the length of every piece of an attachment but the last, in bytes.
const ChunkSize = 256 << 10

// MaxChunks is the highest number of chunks of a file of 10 MiB. MaxSent is how
// many files may be sent at once, and MaxFiles how many one event may name: each
// may have its untouched original beside it (protocol.md §8).
const (
	MaxChunks = 41
	MaxSent   = 5
	MaxFiles  = 2 * MaxSent
)

// attachmentsFit says whether an event may name these files: few enough, each
// once, by an id and not by its name.
func attachmentsFit(att []Attachment) bool {
	seen := map[string]bool{}
	for _, a := range att {
		if _, err := ParseOp(a.ID); err != nil || seen[a.ID] || a.Chunks < 1 || a.Chunks > MaxChunks {
			return false
		}
		seen[a.ID] = true
	}
	return len(att) <= MaxFiles
}

// NameHours is how old an upload may be when an event names it. The sweep deletes
// what nobody named at 24 hours, and the gap keeps the two apart without a lock.
const NameHours = 12

// Whole says whether the chunks of the upload, listed in order and followed by
// what lies behind them, are exactly those of the attachment.
func (a Attachment) Whole(upload UploadID, listed []ChunkID) bool {
	if len(listed) < a.Chunks {
		return false
	}
	for n, id := range listed {
		ours := id.Upload() == upload
		if ours != (n < a.Chunks) || ours && id != upload.Chunk(n) {
			return false
		}
	}
	return true
}

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
