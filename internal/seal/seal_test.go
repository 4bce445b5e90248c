package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
)

func newKeys(t testing.TB) Keys {
	t.Helper()
	r, err := NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := r.Keys("test.example")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func answerFor(k Keys, body string) Envelope {
	return Envelope{
		Case: k.CaseID(), Kind: "answer", Op: "00112233445566778899aabbccddeeff", By: "office",
		At: "2026-11-22", Body: json.RawMessage(body),
	}
}

func ownRecipient(t testing.TB, k Keys) Recipient {
	t.Helper()
	r, err := ParseRecipient(k.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEverySlipIsFound tries all single wrong digits and all swaps of neighbours.
func TestEverySlipIsFound(t *testing.T) {
	for range 200 {
		r, err := NewReceipt(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for i := range receiptLength {
			for d := byte('0'); d <= '9'; d++ {
				slip := []byte(r.digits)
				slip[i] = d
				wantSlip(t, r, slip)
			}
			if i > 0 {
				slip := []byte(r.digits)
				slip[i-1], slip[i] = slip[i], slip[i-1]
				wantSlip(t, r, slip)
			}
		}
	}
}

func wantSlip(t *testing.T, r Receipt, slip []byte) {
	t.Helper()
	got, err := ParseReceipt(string(slip))
	if string(slip) == r.digits {
		if err != nil || got != r {
			t.Fatalf("%s: got %v, want itself", slip, err)
		}
		return
	}
	var typed *TypedError
	if !errors.As(err, &typed) || typed.Reason != "check" || got != (Receipt{}) {
		t.Fatalf("%s for %s: got %v, want a wrong check", slip, r.digits, err)
	}
}

func TestReceiptDigitsAreEven(t *testing.T) {
	// Bytes from 250 on must be thrown away: they would favour the low digits.
	source := append(slices.Repeat([]byte{250, 251, 255}, 40), bytes.Repeat([]byte{249}, 30)...)
	r, err := NewReceipt(bytes.NewReader(source))
	if err != nil || r.digits[:30] != strings.Repeat("9", 30) {
		t.Errorf("got %q, %v, want thirty nines", r.digits, err)
	}
	if _, err := NewReceipt(bytes.NewReader(source[:100])); !errors.Is(err, io.EOF) {
		t.Errorf("source that ends: got %v, want EOF", err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	r, err := NewReceipt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := r.Keys("test.example")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("test", slog.Any("receipt", r), slog.Any("keys", k))
	printed := log.String() + fmt.Sprintf("%v %+v %#v", k, k, k)
	for _, secret := range []string{r.digits, r.Shown(), k.identity.String(), fmt.Sprint(k.MAC), fmt.Sprint(k.Locator)} {
		if strings.Contains(printed, secret) {
			t.Errorf("a secret is printed: %s", printed)
		}
	}
}

func TestSizeSaysNothing(t *testing.T) {
	k, other := newKeys(t), newKeys(t)
	sizes := map[int]bool{}
	for _, n := range []int{0, 1, 900, 3_000, 3_700} {
		body := `{"text":"` + strings.Repeat("ü", n/2) + `"}`
		box, err := Seal(answerFor(k, body), k.MAC, ownRecipient(t, k), ownRecipient(t, other))
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(box)] = true
	}
	if len(sizes) != 1 || !sizes[7_312] {
		t.Errorf("sizes of small answers: got %v, want 7,312 only", sizes)
	}
}

func TestExchangedBoxesDoNotOpen(t *testing.T) {
	k := newKeys(t)
	to := ownRecipient(t, k)
	var boxes [][]byte
	var acts []Envelope
	for i := range 4 {
		e := answerFor(k, `{}`)
		e.Op = fmt.Sprintf("%032x", i)
		if i == 3 {
			e.Kind = "consent"
		}
		box, err := Seal(e, k.MAC, to)
		if err != nil {
			t.Fatal(err)
		}
		boxes, acts = append(boxes, box), append(acts, e)
	}
	for i, box := range boxes {
		for j, act := range acts {
			e, err := k.Open(box, expectOf(act))
			if i == j && err != nil {
				t.Errorf("box %d in its place: %v", i, err)
			}
			if i != j {
				wantNothing(t, fmt.Sprintf("box %d in place of %d", i, j), e, err)
			}
		}
	}
}

func TestSealRefuses(t *testing.T) {
	k := newKeys(t)
	to := ownRecipient(t, k)
	for name, change := range map[string]func(*Envelope){
		"case":           func(e *Envelope) { e.Case = strings.ToUpper(e.Case) },
		"op":             func(e *Envelope) { e.Op = "00" },
		"seen":           func(e *Envelope) { e.Seen = "x" },
		"kind":           func(e *Envelope) { e.Kind = "Answer" },
		"by":             func(e *Envelope) { e.By = "" },
		"at":             func(e *Envelope) { e.At = "22.11.2026" },
		"body list":      func(e *Envelope) { e.Body = []byte(`[]`) },
		"body broken":    func(e *Envelope) { e.Body = []byte(`{`) },
		"body not UTF-8": func(e *Envelope) { e.Body = []byte("{\"a\":\"\xff\"}") },
		"too large":      func(e *Envelope) { e.Body = []byte(`{"a":"` + strings.Repeat("x", frameMax) + `"}`) },
	} {
		e := answerFor(k, `{}`)
		change(&e)
		if box, err := Seal(e, k.MAC, to); err == nil || box != nil {
			t.Errorf("%s: sealed", name)
		}
	}
	if box, err := Seal(answerFor(k, `{}`), k.MAC); err == nil || box != nil {
		t.Error("sealed to nobody")
	}
	if box, err := Seal(answerFor(k, `{}`), k.MAC, Recipient{}); err == nil || box != nil {
		t.Error("sealed to an empty recipient")
	}
}

func TestOnlyHybridRecipients(t *testing.T) {
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	good := newKeys(t).Recipient()
	for _, s := range []string{"", "age1", classic.Recipient().String(), strings.ToUpper(good), good[:len(good)-1], good + "q", " " + good} {
		if r, err := ParseRecipient(s); err == nil || r != (Recipient{}) {
			t.Errorf("ParseRecipient(%.20q…): got a recipient", s)
		} else if len(s) > 20 && strings.Contains(err.Error(), s) {
			t.Errorf("ParseRecipient(%.20q…): the error repeats the input", s)
		}
	}
}

func TestCheckBox(t *testing.T) {
	k := newKeys(t)
	to := ownRecipient(t, k)
	box, err := Seal(answerFor(k, `{}`), k.MAC, to, to)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckBox("answer", box, 2); err != nil {
		t.Errorf("two recipients: %v", err)
	}
	odd, err := encrypt(make([]byte, 5_000), []Recipient{to})
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string][]byte{
		"cut": box[:len(box)-1], "longer": append(bytes.Clone(box), 0), "empty": nil, "header only": box[:3_200],
		"no bucket": odd, "classic": classicFile(t, 4_096), "zeros": make([]byte, len(box)),
	}
	for name, b := range wrong {
		if err := CheckBox("answer", b, 2); !errors.Is(err, ErrBox) {
			t.Errorf("%s: got %v, want ErrBox", name, err)
		}
		if err := CheckBox("answer", b, 1); !errors.Is(err, ErrBox) {
			t.Errorf("%s for one: got %v, want ErrBox", name, err)
		}
	}
	for n, kind := range map[int]string{1: "answer", 3: "answer", 2: "report"} {
		if err := CheckBox(kind, box, n); !errors.Is(err, ErrBox) {
			t.Errorf("%s for %d: got %v, want ErrBox", kind, n, err)
		}
	}
}

func classicFile(t *testing.T, n int) []byte {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSealText(t *testing.T) {
	id := testIdentity(t, "member")
	box, err := SealText(testRecipients(t)[1], []byte(id.String()))
	if err != nil || len(box) != 1_736 {
		t.Fatalf("got %d bytes, %v, want 1,736", len(box), err)
	}
	if got, err := readWhole(box, id); err != nil || string(got) != id.String() {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOpNamesAnAct(t *testing.T) {
	k := newKeys(t)
	seen := map[[16]byte]string{}
	for name, op := range map[string][16]byte{
		"text":       k.Op([]byte(`{"text":"a"}`), nil),
		"other text": k.Op([]byte(`{"text":"b"}`), nil),
		"one file":   k.Op([]byte(`{"text":"a"}`), [][32]byte{{1}}),
		"two files":  k.Op([]byte(`{"text":"a"}`), [][32]byte{{1}, {2}}),
		"turned":     k.Op([]byte(`{"text":"a"}`), [][32]byte{{2}, {1}}),
		"other key":  newKeys(t).Op([]byte(`{"text":"a"}`), nil),
	} {
		if before, twice := seen[op]; twice {
			t.Errorf("%s and %s have the same op", before, name)
		}
		seen[op] = name
	}
	again := k.Op([]byte(`{"text":"a"}`), nil)
	if seen[again] != "text" {
		t.Error("the same act has two ops")
	}
}

func TestCardRefuses(t *testing.T) {
	id := testIdentity(t, "office").String()
	op := strings.Repeat("0", 32)
	for name, err := range map[string]error{
		"too long":  second(SealCard(id, op, op, make([]byte, 1_021), rand.Reader)),
		"case":      second(SealCard(id, "x", op, nil, rand.Reader)),
		"op":        second(SealCard(id, op, "", nil, rand.Reader)),
		"no random": second(SealCard(id, op, op, nil, bytes.NewReader(nil))),
	} {
		if err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
}

func second(_ []byte, err error) error { return err }

// TestScrypt holds our page of code to the vectors of RFC 7914, section 12, and
func TestLoginRefusesNames(t *testing.T) {
	for _, name := range []string{"", "ab", "A.Yilmaz", "a yilmaz", "a_b_c", strings.Repeat("a", 33)} {
		if _, err := Login("test.example", name, "x"); err == nil {
			t.Errorf("login of %q: accepted", name)
		}
	}
}
