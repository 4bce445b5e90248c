package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/beistand/beistand/internal/incident"
)

// A story is one kind of thing that people tell, in one language. {place} stands
// for a part of the fictional city. All of it is invented.
type story struct {
	lang           string
	text           string
	areas          []string
	grounds        []string
	respondents    []string
	manifestations []string
}

var stories = []story{
	{"de", "Ich habe am Telefon nach der Wohnung in {place} gefragt. Als ich meinen Namen gesagt habe, war sie auf einmal vergeben. Meine Kollegin hat eine Stunde später angerufen. Da war sie noch frei.", []string{"housing"}, []string{"racism_ethnic_origin"}, []string{"landlord"}, []string{"refusal"}},
	{"de", "Bei der Bewerbung wurde ich gefragt, ob ich mein Kopftuch im Dienst abnehme. Danach kam die Absage. Die Stelle ist noch immer ausgeschrieben.", []string{"job_application"}, []string{"religion_belief", "gender", "anti_muslim_racism"}, []string{"employer"}, []string{"refusal", "unequal_treatment"}},
	{"de", "Im Bus nach {place} hat ein Mann mich laut beschimpft, weil ich mit meiner Mutter nicht Deutsch gesprochen habe. Niemand hat etwas gesagt.", []string{"public_transport"}, []string{"racism_ethnic_origin", "language"}, []string{"private_person"}, []string{"insult"}},
	{"de", "Der Türsteher hat meine Freunde hereingelassen und mich nicht. Er hat gesagt: Heute nur Stammgäste. Meine Freunde waren auch zum ersten Mal da.", []string{"nightlife_access"}, []string{"skin_colour_appearance", "anti_black_racism"}, []string{"business"}, []string{"refusal", "exclusion"}},
	{"de", "Die Lehrerin meines Sohnes sagt vor der Klasse, Kinder wie er gehören nicht aufs Gymnasium. Er will nicht mehr in die Schule gehen.", []string{"school"}, []string{"racism_ethnic_origin"}, []string{"education_body"}, []string{"degrading_treatment", "stereotyping"}},
	{"de", "Am Schalter der Behörde in {place} wollte man nicht mit mir sprechen, weil ich im Rollstuhl nicht an den Tresen komme. Ich sollte jemanden schicken.", []string{"city_administration"}, []string{"disability"}, []string{"city_body"}, []string{"accessibility_barrier", "degrading_treatment"}},
	{"de", "Mein Chef macht jeden Tag Witze über mein Alter. Jetzt bekomme ich keine Fortbildung mehr, die Jüngeren schon.", []string{"workplace"}, []string{"age"}, []string{"employer"}, []string{"unequal_treatment", "mobbing"}},
	{"de", "Die Polizei hat im Park in {place} nur meinen Bruder und mich kontrolliert. Alle anderen auf der Wiese durften sitzen bleiben.", []string{"police", "public_space"}, []string{"skin_colour_appearance"}, []string{"police_justice"}, []string{"profiling"}},
	{"de", "Nachdem ich gesagt habe, dass ich mit einer Frau zusammenlebe, wurde mein Vertrag nicht verlängert. Vorher war er mir versprochen worden.", []string{"workplace"}, []string{"sexual_identity"}, []string{"employer"}, []string{"unequal_treatment"}},
	{"de", "Im Treppenhaus steht wieder ein Hakenkreuz an unserer Tür. Die Hausverwaltung sagt, das sei nicht ihre Sache.", []string{"neighbourhood"}, []string{"antisemitism"}, []string{"unknown_respondent", "landlord"}, []string{"property_damage", "threat"}},
	{"de", "In der Praxis wurde mein Kind nicht behandelt, weil ich nicht gut genug Deutsch spreche. Ich hatte eine Übersetzerin am Telefon.", []string{"health_care"}, []string{"language", "nationality_residence"}, []string{"health_provider"}, []string{"refusal"}},
	{"de", "Ich bin eine trans Frau. Im Fitnessstudio durfte ich nicht in die Umkleide, obwohl ich seit Jahren Mitglied bin. Man hat mir gekündigt.", []string{"leisure_sport_clubs"}, []string{"gender_identity"}, []string{"business"}, []string{"exclusion", "refusal"}},
	{"de", "Beim Jobcenter hat man gesagt, Leute wie ich wollen nur Geld. Der Antrag liegt seit drei Monaten.", []string{"social_benefits"}, []string{"antigypsyism", "social_status"}, []string{"city_body"}, []string{"stereotyping", "unequal_treatment"}},
	{"de", "Ich habe gesehen, wie der Verkäufer in {place} eine Frau aus dem Laden geschickt hat. Er hat gesagt, sie klaut bestimmt.", []string{"goods_services"}, []string{"antigypsyism"}, []string{"business"}, []string{"exclusion", "stereotyping"}},
	{"de", "In der Gruppe der Nachbarschaft schreibt einer jeden Tag gegen Geflüchtete. Jetzt hat er unsere Adresse hineingeschrieben.", []string{"internet_media"}, []string{"anti_refugee"}, []string{"private_person"}, []string{"hate_speech_online", "threat"}},
	{"de", "Als ich schwanger war, wurde mir in der Probezeit gekündigt. Die Kündigung kam zwei Tage nach meiner Mitteilung.", []string{"dismissal"}, []string{"pregnancy_parenthood"}, []string{"employer"}, []string{"unequal_treatment"}},
	{"en", "The letting agent told me the flat in {place} is not for students from my country. He said it in front of two other people.", []string{"housing"}, []string{"nationality_residence", "racism_ethnic_origin"}, []string{"landlord"}, []string{"refusal"}},
	{"en", "At work they call me by a wrong name because mine is too hard. When I asked them to stop they took me off the team.", []string{"workplace"}, []string{"racism_ethnic_origin"}, []string{"employer"}, []string{"degrading_treatment", "mobbing"}},
	{"en", "The bank did not open an account for me. Every time they want another paper. My friend with a German passport needed only one visit.", []string{"finance_insurance"}, []string{"nationality_residence"}, []string{"business"}, []string{"unequal_treatment"}},
	{"ar", "قال لي صاحب البيت في {place} إنه لا يؤجر للاجئين. كنت قد أرسلت كل الأوراق المطلوبة.", []string{"housing"}, []string{"anti_arab_racism", "anti_refugee"}, []string{"landlord"}, []string{"refusal"}},
	{"ar", "ضحك الموظف في الدائرة من لغتي أمام الناس ثم طلب مني أن أعود مع شخص يتكلم الألمانية.", []string{"public_authorities"}, []string{"language"}, []string{"city_body"}, []string{"degrading_treatment"}},
	{"ar", "ابنتي ترتدي الحجاب. منعوها من التدريب في المتجر بسبب ذلك.", []string{"vocational_training"}, []string{"religion_belief", "anti_muslim_racism"}, []string{"employer"}, []string{"refusal"}},
}

// places are parts of the fictional city; none of them exists.
var places = []string{"Altstadt", "Nordviertel", "Südhang", "Am Hafen", "Neumühle", "Ostpark"}

// details make two reports of one kind differ.
var details = map[string][]string{
	"de": {"Ich schlafe seitdem schlecht.", "Es war nicht das erste Mal.", "Ich habe mir alles aufgeschrieben.", "Eine Freundin war dabei.", "Ich möchte, dass das aufhört.", ""},
	"en": {"It was not the first time.", "I wrote everything down.", "A friend was with me.", "I want this to stop.", ""},
	"ar": {"لم تكن هذه المرة الأولى.", "كتبت كل شيء.", "كانت صديقتي معي.", ""},
}

// A telling is one seeded report and what becomes of it.
type telling struct {
	story  story
	report incident.Report
	state  incident.State // where the case ends
	ago    int            // days before today that it was sent
	past   *past          // how a case of an earlier year ended; nil for one of this year
}

// states and how often a seeded case ends there, of 100.
var shares = []struct {
	state incident.State
	share int
}{
	{incident.StateReceived, 22},
	{incident.StateTriage, 14},
	{incident.StateQueryOpen, 8},
	{incident.StateDocumented, 12},
	{incident.StateCounselling, 14},
	{incident.StateIntervention, 8},
	{incident.StatePaused, 5},
	{incident.StateReferred, 5},
	{incident.StateClosed, 9},
	{incident.StateDiscarded, 3},
}

// oldest is how many days back seeded reports go.
const oldest = 300

// tell draws one report. The same source gives the same report.
func tell(r *rand.Rand, state func(*rand.Rand) incident.State, taxonomy int, districts []string) telling {
	s := stories[r.IntN(len(stories))]
	t := telling{story: s, state: state(r), ago: r.IntN(oldest)}
	if t.state == incident.StateReceived {
		t.ago = r.IntN(21)
	}
	detail := details[s.lang][r.IntN(len(details[s.lang]))]
	text := strings.ReplaceAll(s.text, "{place}", places[r.IntN(len(places))])
	t.report = incident.Report{
		V: incident.ReportVersion, Taxonomy: taxonomy, Lang: s.lang, Rung: drawRung(r, t.state), MayAsk: true,
		Role: []string{"affected", "affected", "affected", "witness", "relative_supporter"}[r.IntN(5)],
		Text: strings.TrimSpace(text + " " + detail), Manifestations: s.manifestations,
		Areas: s.areas, Grounds: s.grounds, Respondents: s.respondents,
	}
	if len(districts) > 0 && r.IntN(3) > 0 {
		t.report.Place = &incident.Place{District: districts[r.IntN(len(districts))]}
	}
	if t.report.Track() == incident.TrackCounselling {
		t.report.Consents = []string{"art9/1"}
		t.report.Contact = &incident.Contact{Way: "mailbox"}
	}
	return t
}

// drawState draws the state of case i; the first reports show every state.
func drawState(r *rand.Rand, i int) incident.State {
	n := r.IntN(100)
	if i < len(shares) {
		return shares[i].state
	}
	for _, s := range shares {
		if n -= s.share; n < 0 {
			return s.state
		}
	}
	return incident.StateReceived
}

// drawRung gives a wish that fits the state that the case shall reach.
func drawRung(r *rand.Rand, s incident.State) string {
	switch s {
	case incident.StateCounselling, incident.StateIntervention, incident.StatePaused:
		return []string{incident.RungAnswer, incident.RungAct}[r.IntN(2)]
	case incident.StateDocumented:
		return []string{incident.RungCount, incident.RungRead}[r.IntN(2)]
	case incident.StateReceived, incident.StateTriage, incident.StateQueryOpen, incident.StateReferred,
		incident.StateClosed, incident.StateDiscarded, incident.StateAnonymised, incident.StateErased:
	}
	return incident.Rungs[r.IntN(4)]
}

// sent is the moment of the report.
func (t telling) sent(today time.Time) time.Time {
	if t.past != nil {
		return t.past.day
	}
	return today.AddDate(0, 0, -t.ago)
}

// title is what a member would write on the card.
func (t telling) title() string {
	words := strings.Fields(t.report.Text)
	return fmt.Sprintf("%s …", strings.Join(words[:min(9, len(words))], " "))
}
