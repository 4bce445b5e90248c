package main

import (
	"strings"
	"testing"

	"github.com/beistand/beistand/config"
)

func TestAnswerTemplatesKnowTheStates(t *testing.T) {
	data, err := config.ReadData(config.Files{})
	if err != nil {
		t.Fatal(err)
	}
	templates, err := answerTemplates(data.Answers)
	if err != nil || len(templates) != len(data.Answers) {
		t.Fatalf("got %d templates, %v; want %d", len(templates), err, len(data.Answers))
	}
	if first := templates[0]; first.Texts[0].Lang > first.Texts[1].Lang || len(first.Fields) == 0 {
		t.Errorf("got %+v, want texts sorted by language, and fields", first)
	}
	broken := []config.AnswerTemplate{{ID: "a", States: []string{"asleep"}}}
	if _, err := answerTemplates(broken); err == nil || !strings.Contains(err.Error(), `"asleep" is no state`) {
		t.Errorf("a template for no state: got %v", err)
	}
	if bodies := bodiesOf(data.Bodies); len(bodies) != len(data.Bodies) || bodies[0].Name != data.Bodies[0].Name {
		t.Errorf("got %v, want the directory as it was read", bodies)
	}
}
