package statistics

import (
	"errors"
	"fmt"
	"regexp"
)

// Catalog writes the record for open-data portals (DCAT-AP.de, JSON-LD) of all editions, with the files as
// errata left them. Where s has no URL its names are relative, and a portal cannot follow them. Catalogue and
// editions have the same names in both languages; the files are those of s.Lang.
func Catalog(all []Published, s Site) ([]byte, error) { return writeCatalog(all, s) }

var (
	ags      = regexp.MustCompile(`^\d{8}$`)
	licences = map[string]string{
		"dl-de/by-2-0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0", "dl-de/zero-2-0": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
	}
)

type node = map[string]any

func ref(address string) node { return node{"@id": address} }

func texts(de, en string) []any {
	return []any{node{"@value": de, "@language": "de"}, node{"@value": en, "@language": "en"}}
}

func date(day string) node { return node{"@value": day, "@type": "xsd:date"} }

func writeCatalog(all []Published, s Site) ([]byte, error) {
	if licences[s.Licence] == "" {
		return nil, errors.New("writing the catalogue: want licence dl-de/by-2-0 or dl-de/zero-2-0")
	}
	sets := []any{}
	office := Office{Name: s.Office}
	for _, p := range all {
		e, _, err := ReadEdition(p.Bundle)
		if err != nil {
			return nil, err
		}
		set, err := described(e, p, s)
		if err != nil {
			return nil, err
		}
		sets, office = append(sets, set), e.Office
	}
	return canonical(node{
		"@context": node{
			"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "dcatde": "http://dcat-ap.de/def/dcatde/",
			"foaf": "http://xmlns.com/foaf/0.1/", "spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#",
		},
		"@id": s.URL + "/de/statistics/catalog.jsonld", "@type": "dcat:Catalog",
		"dct:title":       texts("Jahresstatistiken", "Annual statistics"),
		"dct:description": texts("Gemeldete Diskriminierung, gerundet veröffentlicht.", "Reported discrimination, published rounded."),
		"dct:publisher":   publisher(office), "dcat:dataset": sets,
	})
}

func publisher(o Office) node { return node{"@type": "foaf:Agent", "foaf:name": o.Name} }

// described describes one edition and its files.
func described(e Edition, p Published, s Site) (node, error) {
	lang := "de"
	if s.Lang == "en" {
		lang = "en"
	}
	page, at := fmt.Sprintf("%s/de/statistics/%d", s.URL, e.Year), fmt.Sprintf("%s/%s/statistics/%d", s.URL, lang, e.Year)
	modified := e.FrozenOn // the bundle is never touched again; errata stand beside it
	for _, line := range p.Errata {
		s.Withdrawn, modified = append(s.Withdrawn, line.Withdrawn...), max(modified, line.Day)
	}
	files := []any{}
	for _, f := range [][6]string{
		{"csv", ".csv", "CSV", "text/csv", "Alle Tabellen als CSV", "All tables as CSV"},
		{"jsonstat", ".json", "JSON", "application/json", "Alle Tabellen als JSON-stat 2.0", "All tables as JSON-stat 2.0"},
		{"ods", ".ods", "ODS", odsType, "Alle Tabellen als Arbeitsmappe", "All tables as a spreadsheet"},
		{"", ".edition.json", "JSON", "application/json", "Signierte Ausgabe mit Prüfbericht", "Signed edition with its audit"},
	} {
		text, err := p.Bundle, error(nil)
		if f[0] != "" {
			text, err = Export(p.Bundle, f[0], s)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, node{
			"@id": at + f[1], "@type": "dcat:Distribution", "dct:title": texts(f[4], f[5]), "dcat:accessURL": ref(at + f[1]), "dcat:downloadURL": ref(at + f[1]),
			"dct:format":     ref("http://publications.europa.eu/resource/authority/file-type/" + f[2]),
			"dcat:mediaType": ref("http://www.iana.org/assignments/media-types/" + f[3]), "dct:license": ref(licences[s.Licence]),
			"dcatde:licenseAttributionByText": e.Office.Name,
			"spdx:checksum": node{
				"@type": "spdx:Checksum", "spdx:algorithm": ref("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
				"spdx:checksumValue": node{"@value": hashText(text), "@type": "xsd:hexBinary"},
			},
		})
	}
	set := node{
		"@id": page, "@type": "dcat:Dataset",
		"dct:title":       texts(fmt.Sprintf("Gemeldete Diskriminierung %d: %s", e.Year, e.Office.Name), fmt.Sprintf("Reported discrimination %d: %s", e.Year, e.Office.Name)),
		"dct:description": texts(joined(e.Note["de"]), joined(e.Note["en"])), "dct:identifier": p.Hash(), "dct:publisher": publisher(e.Office),
		"dcat:landingPage":       ref(page),
		"dcat:keyword":           append(texts("Diskriminierung", "discrimination"), texts("Gleichbehandlung", "equal treatment")...),
		"dcat:theme":             []any{ref(themes + "GOVE"), ref(themes + "SOCI")},
		"dct:accrualPeriodicity": ref("http://publications.europa.eu/resource/authority/frequency/ANNUAL"),
		"dct:temporal": node{
			"@type": "dct:PeriodOfTime", "dcat:startDate": date(fmt.Sprintf("%04d-01-01", e.Year)), "dcat:endDate": date(fmt.Sprintf("%04d-12-31", e.Year)),
		},
		"dcat:distribution": files,
	}
	if e.FrozenOn != "" {
		set["dct:issued"], set["dct:modified"] = date(e.FrozenOn), date(modified)
	}
	if s.Contributor != "" {
		set["dcatde:contributorID"] = ref(s.Contributor)
	}
	if ags.MatchString(e.Office.AGS) {
		set["dcatde:politicalGeocodingURI"] = ref("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/" + e.Office.AGS)
		set["dcatde:politicalGeocodingLevelURI"] = ref("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")
	}
	return set, nil
}

const themes = "http://publications.europa.eu/resource/authority/data-theme/"

func joined(lines []string) string {
	text := ""
	for i, line := range lines {
		if i > 0 {
			text += " "
		}
		text += line
	}
	return text
}
