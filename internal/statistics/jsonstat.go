package statistics

import "fmt"

// writeJSONStat writes all tables as one JSON-stat 2.0 collection with the datasets in it.
func writeJSONStat(e Edition, tables []Shown, hash string) ([]byte, error) {
	items := []any{}
	for _, t := range tables {
		items = append(items, dataset(e, t, hash))
	}
	collection := map[string]any{
		"version": "2.0", "class": "collection", "label": fmt.Sprintf("%s, %d", e.Office.Name, e.Year),
		"note": both(e.Note), "link": map[string]any{"item": items},
	}
	if e.FrozenOn != "" {
		collection["updated"] = e.FrozenOn
	}
	return canonical(collection)
}

// both lists the German sentences, then the English ones.
func both(note map[string][]string) []string {
	return append(append([]string{}, note["de"]...), note["en"]...)
}

func dataset(e Edition, t Shown, hash string) map[string]any {
	ids, sizes, dimensions := []string{}, []int{}, map[string]any{}
	values := []int{}
	for _, v := range t.Values {
		values = append(values, v.Value)
	}
	times := []string{}
	for _, a := range t.Axes {
		labels := map[string]string{}
		for i, code := range a.Codes {
			labels[code] = a.Labels["de"][i] + " / " + a.Labels["en"][i]
		}
		ids, sizes = append(ids, a.ID), append(sizes, len(a.Codes))
		dimensions[a.ID] = map[string]any{"label": a.Title["de"] + " / " + a.Title["en"], "category": map[string]any{"index": a.Codes, "label": labels}}
		if a.ID == "month" {
			times = append(times, a.ID)
		}
	}
	set := map[string]any{
		"class": "dataset", "label": t.Title["de"] + " / " + t.Title["en"], "source": e.Office.Name,
		"id": ids, "size": sizes, "dimension": dimensions, "value": values, "note": both(e.Note),
		"extension": map[string]any{
			"table": t.ID, "base": e.Base, "tolerance": e.Tolerance, "mode": e.Mode, "planHash": e.PlanHash,
			"edition": hash, "reports": t.Base, "several": t.Several, "year": e.Year,
		},
	}
	if len(times) > 0 {
		set["role"] = map[string]any{"time": times}
	}
	if e.FrozenOn != "" {
		set["updated"] = e.FrozenOn
	}
	return set
}
