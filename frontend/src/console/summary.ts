// The first draft of what another body gets to read: what was coded, or ticked,
// in words, and the report's own text, which the member shortens by hand. Names,
// places, dates and ways of contact are left out from the start.
import type { CaseView } from './casefile.ts';
import type { Texts } from './texts.ts';

/** A Codebook names a code in the console's language. */
interface Codebook {
  label(group: string, code: string): string;
}

/** draftSummary writes the draft in the console's language. */
export function draftSummary(view: CaseView, office: Codebook, texts: Texts): string {
  const { coding, report } = view;
  const all = (group: string, coded: readonly string[], told: readonly string[]) => {
    const codes = coded.filter((code) => code !== '');
    return (codes.length > 0 ? codes : told).map((code) => office.label(group, code)).join(', ');
  };
  const lines = [
    [texts.t('told.areas'), all('life_area', [coding?.area ?? ''], report?.areas ?? [])],
    [texts.t('told.grounds'), all('ground', coding?.grounds ?? [], report?.grounds ?? [])],
    [texts.t('told.manifestations'), all('manifestation', coding?.manifestations ?? [], report?.manifestations ?? [])],
    [texts.t('told.respondents'), all('respondent', [coding?.respondent ?? ''], report?.respondents ?? [])],
  ].filter(([, what]) => what !== '');
  return [lines.map(([name, what]) => `${name}: ${what}`).join('\n'), report?.text ?? '']
    .filter((part) => part !== '')
    .join('\n\n');
}
