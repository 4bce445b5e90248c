// Package config reads what an operator and an office may set: one YAML file, BEISTAND_… variables, secrets
// in files, the pinned office keys, and the office's data files (taxonomy, deadline rules, holidays).
//
// It cannot read a request and opens no network connection. It holds no key that opens anything: the
// pinned keys are public ones. A setting that it does not know is an error, every default can be used as
// it is, and no error repeats the value of a secret.
package config

// A Config holds every setting. The file's keys are the yaml names; each setting that is not a group can
// also be given as BEISTAND_ and its path in capitals, for example BEISTAND_SITE_ID for site.id. Settings
// lists them all. A Config that Load returned has been checked.
type Config struct {
	Listen    string           `yaml:"listen"`    // host:port of the public site and the office's console
	Operator  Operator         `yaml:"operator"`  // health and metrics
	Data      string           `yaml:"data"`      // folder of the embedded store and of keys that have no path of their own
	MongoDB   MongoDB          `yaml:"mongodb"`   // if it names a server, that is the store, and not Data
	Site      Site             `yaml:"site"`      // the residents' side
	Office    Office           `yaml:"office"`    // the people who read
	Auth      Auth             `yaml:"auth"`      // how members prove who they are
	TimeZone  string           `yaml:"time_zone"` // IANA name; days and months are those of this zone
	Languages []string         `yaml:"languages"` // languages of the form, in the order in which they are offered
	Help      []Help           `yaml:"help"`      // telephone numbers shown on every page and when nothing can be taken
	Districts []District       `yaml:"districts"` // districts that the form offers; outside and unknown are always there
	Veil      []string         `yaml:"veil"`      // words that the console veils beside those of the data file
	Theme     map[string]Tones `yaml:"theme"`     // colour token to its two values; frontend knows the names
	Texts     Texts            `yaml:"texts"`     // what only the office can say
	Security  Security         `yaml:"security"`  // for who finds a hole
	Files     Files            `yaml:"files"`     // the office's own data files instead of the embedded ones
	Backup    Backup           `yaml:"backup"`    // copies of the store, sealed, and the checkpoint beside it
	Digest    Digest           `yaml:"digest"`    // one mail a working day to the members
}

// Operator is where the operator's own listener stands.
type Operator struct {
	Listen string `yaml:"listen"` // host:port, loopback only
}

// MongoDB chooses the MongoDB store. URI and URIFile are alternatives.
type MongoDB struct {
	URI      Secret `yaml:"uri"`      // connection string; empty means the embedded store
	URIFile  string `yaml:"uri_file"` // a file that holds it, readable by its owner only; Load puts its content into URI
	Database string `yaml:"database"` // name of the database
}

// Site is the residents' side.
type Site struct {
	ID     string `yaml:"id"`     // part of every receipt's derivation: 1–64 of [a-z0-9.-], never changed after the first start
	Origin string `yaml:"origin"` // address that people type, https://host; empty means the listener's own, over http
	Onion  string `yaml:"onion"`  // http://….onion of the same site, or empty
	Exit   string `yaml:"exit"`   // neutral page that quick exit goes to
	// NetworkHeader names the header in which the proxy passes the client's network; empty if there is no proxy.
	NetworkHeader string `yaml:"network_header"`
}

// Office is the office and its desks.
type Office struct {
	Name            Text   `yaml:"name"`              // name of the office as residents read it
	Origin          string `yaml:"origin"`            // the console's one address, https://host; empty means the listener's own as http://localhost
	KeysFile        string `yaml:"keys_file"`         // pinned keys; empty means office-keys.txt in Data, which Load fills in
	EditionKey      string `yaml:"edition_key"`       // secret behind rounding and signing of the statistics; empty means edition-key in Data, which Load fills in
	AGS             string `yaml:"ags"`               // official municipality key, 8 digits, for open data; or empty
	FirstAnswerDays int    `yaml:"first_answer_days"` // working days after which a first answer is promised, 1–60
	Desks           []Desk `yaml:"desks"`             // at least one; the first is pre-set in the form
}

// A Desk (Stelle) is the people who share one office key. A report goes to exactly one.
type Desk struct {
	ID            string   `yaml:"id"`             // 1–32 of [a-z0-9-], never changed
	Name          Text     `yaml:"name"`           // who reads, in words
	Operator      Text     `yaml:"operator"`       // who runs it
	PublicBody    bool     `yaml:"public_body"`    // whether that is a public body
	Languages     []string `yaml:"languages"`      // languages in which it answers
	ConflictCodes []string `yaml:"conflict_codes"` // taxonomy codes about which it could judge its own house
}

// Auth is how members prove who they are.
type Auth struct {
	TokenKeys string `yaml:"token_keys"` // folder of the keys that sign sessions; empty means token-keys in Data, which Load fills in
	// Every member needs a passkey beside the passphrase; false: who has made one needs it.
	RequirePasskey bool `yaml:"require_passkey"`
}

// Help is one telephone number.
type Help struct {
	Name   Text   `yaml:"name"`   // who answers
	Number string `yaml:"number"` // as it is dialled, for example 116 016
	Note   Text   `yaml:"note"`   // when and in which languages, or empty
}

// A District is a part of the city that the form offers.
type District struct {
	ID    string `yaml:"id"`    // 1–32 of [a-z0-9-]; outside and unknown are taken
	Name  Text   `yaml:"name"`  // as people call it
	Inner bool   `yaml:"inner"` // whether the figures count it with the inner districts
}

// Tones are the values of one colour token.
type Tones struct {
	Light string `yaml:"light"` // #rrggbb on a light ground
	Dark  string `yaml:"dark"`  // #rrggbb on a dark ground
}

// Texts are pages that only the office can write. Plain text; an empty line starts a paragraph.
type Texts struct {
	Imprint       Text `yaml:"imprint"`       // who is responsible for the site
	Privacy       Text `yaml:"privacy"`       // controller, data protection officer, legal bases, retention
	Accessibility Text `yaml:"accessibility"` // statement, day of the last assessment, complaint body
}

// Security is what /.well-known/security.txt says.
type Security struct {
	Contact string `yaml:"contact"` // mailto: or https: address, or empty
}

// Files replace embedded data files as a whole. An empty path means the embedded file.
type Files struct {
	Taxonomy         string `yaml:"taxonomy"`          // as config/data/taxonomy.csv
	EUMap            string `yaml:"eu_map"`            // as config/data/taxonomy_eu_map.csv
	DeadlineRules    string `yaml:"deadline_rules"`    // as config/data/deadline_rules.json
	Holidays         string `yaml:"holidays"`          // as config/data/holidays_bw_2024_2032.csv
	AnswerTemplates  string `yaml:"answer_templates"`  // as config/data/answer_templates.json
	Referrals        string `yaml:"referrals"`         // as config/data/referrals.json
	StatisticsPlan   string `yaml:"statistics_plan"`   // as config/data/statistics_plan.json
	StatisticsLabels string `yaml:"statistics_labels"` // as config/data/statistics_labels.json
	StatisticsKnown  string `yaml:"statistics_known"`  // numbers that are public elsewhere, for the auditor; empty means none
	VeiledWords      string `yaml:"veiled_words"`      // as config/data/veiled_words.json
}

// MaxKeepDays is how long a backup may be kept (domain.md §11): the last trace of an erased case stays in the
// store for as long, so that a restore knows what must not come back.
const MaxKeepDays = 35

// Backup is where copies of the store go and to whom they are sealed.
type Backup struct {
	Recipient     string `yaml:"recipient"`      // age1pq1…, made by "beistand backup key"; without one there is no backup
	Folder        string `yaml:"folder"`         // of the backups; empty means backups in Data, which Load fills in
	KeepDays      int    `yaml:"keep_days"`      // how long backups and old checkpoints are kept, 1–35: the true time of erasure
	CheckpointKey string `yaml:"checkpoint_key"` // file that signs checkpoints; empty means checkpoint.key in Data, which Load fills in
}

// Digest is the mail without content. Server, From and To belong together; if all are empty, no mail is sent.
type Digest struct {
	Server       string   `yaml:"server"`        // host:port of the office's mail server; there is no default one
	From         string   `yaml:"from"`          // address of the sender
	To           []string `yaml:"to"`            // addresses of the members, each gets its own mail
	Hour         int      `yaml:"hour"`          // of the office's zone, 0–23
	Constant     bool     `yaml:"constant"`      // the same text every day, whether something waits or not
	User         string   `yaml:"user"`          // of the mail server, or empty
	PasswordFile string   `yaml:"password_file"` // holds the user's password, mode 0600
	Password     Secret   `yaml:"-"`             // what PasswordFile holds; Load reads it
}

// Default returns the settings that hold when nothing is set: the embedded store on loopback, one desk of
// a city, no outgoing connection. The texts are empty; the pages say that the office has not written them.
func Default() Config {
	return Config{
		Listen:   "127.0.0.1:8080",
		Operator: Operator{Listen: "127.0.0.1:8081"},
		Data:     "data",
		MongoDB:  MongoDB{Database: "beistand"},
		Site:     Site{ID: "localhost", Exit: "https://www.dwd.de/"},
		Office: Office{
			Name:            Text{"de": "Antidiskriminierungsstelle der Stadt", "en": "The city's anti-discrimination office"},
			FirstAnswerDays: 3,
			Desks: []Desk{{
				ID:            "city",
				Name:          Text{"de": "Antidiskriminierungsstelle der Stadt", "en": "The city's anti-discrimination office"},
				Operator:      Text{"de": "Stadtverwaltung", "en": "City administration"},
				PublicBody:    true,
				Languages:     []string{"de", "en"},
				ConflictCodes: []string{"city_body", "city_administration", "immigration_office", "social_benefits", "education_body"},
			}},
		},
		Backup:    Backup{KeepDays: MaxKeepDays},
		Digest:    Digest{Hour: 7},
		TimeZone:  "Europe/Berlin",
		Languages: []string{"de", "de-simple", "en", "tr", "ar", "uk", "ru", "it", "hr", "ro", "el", "pl", "sq", "fr"},
		Help: []Help{
			{Name: Text{"de": "Polizei", "en": "Police"}, Number: "110"},
			{Name: Text{"de": "Notarzt, Feuerwehr", "en": "Ambulance, fire brigade"}, Number: "112"},
			{Name: Text{"de": "Antidiskriminierungsstelle des Bundes", "en": "Federal Anti-Discrimination Agency"}, Number: "0800 546 546 5"},
		},
	}
}
