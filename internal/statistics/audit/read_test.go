package audit

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, good := range []string{`{}`, `[]`, ` {"a" : [1, -2, true, false] } `, `"\u00e4\ud83d\ude00\"\\\/\b\f\n\r\t"`, `0`, `9007199254740991`} {
		if _, err := parse([]byte(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		``, `{`, `[1`, `[1,]`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{"a":1,"a":2}`, `null`, `[null]`, `1.5`, `1e3`, `01`, `-0`, `--1`, `-`, `9007199254740992`, `"a`, `"\x"`,
		`"\ud800"`, `"\ud800\u0041"`, `"\u12"`, "\"\n\"", "\"\xff\"", `{}{}`, `tru`, `{1:2}`, strings.Repeat("[", 20) + strings.Repeat("]", 20),
	} {
		if v, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s was read as %v", bad, v)
		}
	}
	if got := string(write(nil, map[string]any{"b\u00e4": "\b\t\n\f\r\x01\"\\</", "a": []any{int64(-1), true}})); got != `{"a":[-1,true],"bä":"\b\t\n\f\r\u0001\"\\</"}` {
		t.Errorf("written as %s", got)
	}
}

const small = `{"base":3,"cells":{"*":60,"a:x":30,"a:y":30},"dropped":[],"mode":"joint","plan":{"dims":[{"codes":["x","y"],"id":"a","max":1,"min":1}],"tables":[{"dims":["a"],"id":"t"}],"year":2027},"planHash":"HASH","tolerance":2,"world":{"records":[RECORDS],"weight":3},"year":2027}`

func smallBundle() string {
	text := strings.Replace(small, "RECORDS", strings.TrimSuffix(strings.Repeat("[0],", 10)+strings.Repeat("[1],", 10), ","), 1)
	plan := text[strings.Index(text, `"plan":`)+7 : strings.Index(text, `,"planHash"`)]
	return strings.Replace(text, "HASH", digest([]byte(plan)), 1)
}

// Every fault of a bundle has its name, and none is safe.
func TestFaultsOfBundles(t *testing.T) {
	whole := smallBundle()
	if r, err := Bundle([]byte(whole), nil); err != nil || r.Verdict != Safe || len(r.Findings) != 3 {
		t.Fatalf("the whole one: %+v %v", r, err)
	}
	for _, c := range []struct{ from, to, kind string }{
		{`"a:x":30`, `"a:x":31`, "base"},
		{`"a:x":30`, `"a:x":33`, "sum"},
		{`"a:x":30,"a:y":30`, `"a:x":33,"a:y":27`, "world"},
		{`"a:x":30`, `"a:z":30`, "cells"},
		{`"a:x":30,`, ``, "cells"},
		{`"tolerance":2`, `"tolerance":1`, "tolerance"},
		{`"base":3`, `"base":4`, "plan"},
		{`"weight":3`, `"weight":4`, "world"},
		{`[[0],[0]`, `[[0,1],[0]`, "world.records[0]"},
		{`[[0],[0]`, `[[0],[7]`, "world"},
		{`[[0],[0]`, `[[0,0],[0]`, "world"},
		{`"mode":`, `"extra":1,"mode":`, "member extra"},
		{`"mode":`, ` "mode":`, "canonical"},
		{`"planHash":"`, `"planHash":"0`, "planHash"},
		{`,"year":2027}`, `,"year":2028}`, "plan"},
		{`"tolerance":2`, `"signature":{"alg":"Ed25519","key":"AAAA","value":""},"tolerance":2`, "signature"},
		{`"tolerance":2`, `"signature":{"alg":"Ed25519","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","value":""},"tolerance":2`, "signature"},
		{`"mode":"joint"`, `"mode":"dp"`, "epsilon"},
		{`"id":"a","max":1`, `"id":"a","max":"1"`, "bundle 1: dim.max is missing or of the wrong kind"},
	} {
		text := strings.Replace(whole, c.from, c.to, 1)
		if text == whole {
			t.Fatalf("%s changes nothing", c.from)
		}
		r, err := Bundle([]byte(text), nil)
		named := slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Kind == c.kind })
		if err != nil || r.Verdict != Inconsistent || !named {
			t.Errorf("%s: %s %v %v, want a fault %q", c.to, r.Verdict, r.Faults, err, c.kind)
		}
	}
	for _, known := range []string{`{}`, `[{}]`, `[{"year":2027,"cell":"*","lo":2,"hi":1,"source":"x"}]`, `[{"year":2027,"cell":"*","lo":1,"hi":2,"source":"x","note":"y"}]`, `x`} {
		if _, err := Bundle([]byte(whole), []byte(known)); err == nil {
			t.Errorf("known numbers %s were taken", known)
		}
	}
	if _, err := Bundles(nil, nil); err == nil {
		t.Error("nothing was audited, and nothing said")
	}
}

// A margin that is certainly not empty while all but one of its categories are discloses that one.
func TestGroupDisclosure(t *testing.T) {
	text := strings.Replace(smallBundle(), `"a:x":30,"a:y":30`, `"a:x":60,"a:y":0`, 1)
	text = strings.Replace(text, strings.Repeat("[1],", 9)+"[1]", strings.Repeat("[0],", 9)+"[0]", 1)
	known := `[{"year":2027,"cell":"a:y","lo":0,"hi":0,"source":"press"}]`
	if r, err := Bundle([]byte(text), nil); err != nil || r.Verdict != Safe {
		t.Errorf("without known numbers: %s %v %v", r.Verdict, r.Faults, err)
	}
	r, err := Bundle([]byte(text), []byte(known))
	at := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Cell == "a:x" })
	if err != nil || r.Verdict != Disclosed || r.Findings[at].Verdict != Disclosed {
		t.Errorf("nobody is in y: %s %v", r.Verdict, err)
	}
}
