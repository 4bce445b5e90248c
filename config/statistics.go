package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Statistics is the plan of the yearly statistics and the words for its codes. The plan is passed on as it
// stands: the package that publishes reads and checks it.
type Statistics struct {
	Plan   []byte
	Labels map[string]map[string]string // by language (de, en): "axis:code" and its label
	Known  []byte                       // numbers that are public elsewhere; nil if there are none
}

// ReadStatistics reads the office's plan and labels, each the embedded one unless a path is set.
func ReadStatistics(f Files) (Statistics, error) {
	plan, planErr := f.text(f.StatisticsPlan, "statistics_plan.json")
	labels, labelsErr := f.text(f.StatisticsLabels, "statistics_labels.json")
	if err := errors.Join(planErr, labelsErr); err != nil {
		return Statistics{}, fmt.Errorf("reading the plan of the statistics: %w", err)
	}
	s := Statistics{Plan: plan}
	if f.StatisticsKnown != "" {
		if s.Known, planErr = readFile(f.StatisticsKnown); planErr != nil {
			return Statistics{}, fmt.Errorf("reading the known numbers of the statistics: %w", planErr)
		}
	}
	if err := json.Unmarshal(labels, &s.Labels); err != nil {
		return Statistics{}, fmt.Errorf("reading the labels of the statistics: %w", err)
	}
	for lang := range s.Labels {
		if lang != "de" && lang != "en" {
			return Statistics{}, fmt.Errorf("reading the labels of the statistics: language %q: want de and en", lang)
		}
	}
	return s, nil
}

// CheckPlan holds the levels of a plan that follow the EU's directives (eu of grounds, field of areas) against
// the EU map, and returns all codes that count elsewhere than the map says. A plan without these levels is not
// bound by it.
func (d Data) CheckPlan(plan []byte) error {
	var read struct {
		Dims []struct {
			ID     string `json:"id"`
			Levels map[string][]struct {
				Code string   `json:"code"`
				Of   []string `json:"of"`
			} `json:"levels"`
			From map[string][]string `json:"from"`
		} `json:"dims"`
	}
	if err := json.Unmarshal(plan, &read); err != nil {
		return fmt.Errorf("reading the plan of the statistics: %w", err)
	}
	var f faults
	for _, dim := range read.Dims {
		level := map[string]string{"ground": "eu", "area": "field"}[dim.ID]
		for _, leaf := range slices.Sorted(maps.Keys(dim.From)) {
			for _, code := range dim.From[leaf] {
				e, _ := d.EUOf(code)
				want := append([]string{}, e.T5Grounds...)
				if dim.ID == "area" {
					want = []string{e.T5Field}
				}
				for _, group := range dim.Levels[level] {
					counts, should := slices.Contains(group.Of, leaf), slices.Contains(want, group.Code)
					f.want(counts == should, "plan of the statistics", "%q counts in %q: %v, the EU map says %v", code, group.Code, counts, should)
				}
			}
		}
	}
	return errors.Join(f...)
}
