// The days that deadlines run from: only those are asked that a ticked code
// opens. What follows from a day is computed in a chunk of its own, which comes
// with the first date; until then nothing is fetched.
import { answers, isTick, make, nameOf, type Page } from './page.ts';

/** startDates takes over the section of dates, if the rules ask for any. Moved is called when a question comes or goes. */
export function startDates(page: Page, form: HTMLFormElement, moved: () => void): void {
  const section = form.querySelector<HTMLElement>('#dates');
  const fold = section?.querySelector('details');
  if (!section || !fold) return;
  fold.querySelector('summary')?.remove();
  fold.replaceWith(...fold.childNodes);
  const result = make('div', 'deadlines');
  result.role = 'status';
  section.append(result);
  const ask = (): void => {
    const ticked = new Set(
      ['areas', 'respondents', 'manifestations', 'grounds'].flatMap((name) => answers(form, name)),
    );
    let changed = false;
    for (const row of section.querySelectorAll<HTMLElement>('[data-if]')) {
      const off = !(row.dataset['if'] ?? '').split(' ').some((code) => ticked.has(code));
      changed ||= row.hidden !== off;
      row.hidden = off;
    }
    if (changed) moved();
  };
  const compute = (): void => {
    import('./deadlines.ts').then((chunk) => chunk.show(page, form, section, result)).catch(() => undefined);
  };
  form.addEventListener('change', (event) => {
    const field = event.target as HTMLInputElement;
    if (isTick(field)) ask();
    else if (nameOf(field).startsWith('facts.')) compute();
  });
  ask();
  if ([...section.querySelectorAll('input')].some((field) => field.value !== '')) compute();
}

/** asksDates says whether the section has a question to ask now. */
export function asksDates(section: Element): boolean {
  return section.querySelector('[data-if]:not([hidden])') !== null;
}
