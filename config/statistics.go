package config

import (
	"encoding/json"
	"errors"
	"fmt"
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
