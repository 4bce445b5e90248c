package seal

// An Act is what a reader knows about one event of a case after opening it.
type Act struct {
	// Rev is the place of the event in its case, from 1.
	Rev int `json:"rev"`
	// Kind is the kind of the event.
	Kind string `json:"kind"`
	// Op is the id of the act.
	Op string `json:"op"`
	// Seen is the op that the author had last read. It is empty where the
	// author had read nothing and where the reader cannot open the box.
	Seen string `json:"seen"`
}

// A Warning tells a reader that a case may not be as it was written.
type Warning struct {
	// Rev is the event that the warning stands at.
	Rev int `json:"rev"`
	// Reason is "double" (an act inserted twice, ignore the later copy), "order"
	// (the author had read something that now stands behind it), "missing" (the
	// author had read something that is gone) or "unread" (the office had not
	// yet read the message Op when it answered, which is for the reader to judge).
	Reason string `json:"reason"`
	// Op is the act that the warning is about.
	Op string `json:"op"`
}

// Sequence checks acts in the order of their revs. What it cannot see is a tail
// that was cut off: nothing behind it names what is gone.
func Sequence(acts []Act) []Warning {
	var warnings []Warning
	first := map[string]int{}
	for i, a := range acts {
		if _, twice := first[a.Op]; !twice {
			first[a.Op] = i
		}
	}
	for i, a := range acts {
		if first[a.Op] != i {
			warnings = append(warnings, Warning{a.Rev, "double", a.Op})
			continue
		}
		if a.Seen == "" {
			continue
		}
		at, known := first[a.Seen]
		switch {
		case !known:
			warnings = append(warnings, Warning{a.Rev, "missing", a.Seen})
		case at >= i:
			warnings = append(warnings, Warning{a.Rev, "order", a.Seen})
		case a.Kind == "answer":
			warnings = append(warnings, unread(acts, first, at, i)...)
		}
	}
	return warnings
}

// unread lists the resident's messages between what an answer had read and the
// answer itself.
func unread(acts []Act, first map[string]int, from, to int) []Warning {
	var warnings []Warning
	for i := from + 1; i < to; i++ {
		if acts[i].Kind == "message" && first[acts[i].Op] == i {
			warnings = append(warnings, Warning{acts[to].Rev, "unread", acts[i].Op})
		}
	}
	return warnings
}
