// The days that deadlines run from: only those are asked that a ticked code
// opens. This chunk comes with the first answer; what follows from a day is
// computed in another, which comes with the first date. Until then nothing is
// fetched by the script itself, so that the browser still remembers the page.
import { dayOf } from './check.ts';
import { answer, answers, make, nameOf, type Page } from './page.ts';

/** askDates shows the questions that the ticks open, and calls moved when there are others than before. */
export function askDates(page: Page, form: HTMLFormElement, moved: () => void): void {
  const section = form.querySelector<HTMLElement>('#dates');
  if (section === null) return;
  const fold = section.querySelector('details');
  if (fold !== null) unfold(page, form, section, fold);
  const ticked = new Set(['areas', 'respondents', 'manifestations', 'grounds'].flatMap((name) => answers(form, name)));
  const rows = [...section.querySelectorAll<HTMLElement>('[data-if]')];
  const before = JSON.stringify([section.dataset['asks'], rows.map((row) => row.hidden)]);
  for (const row of rows) row.hidden = !(row.dataset['if'] ?? '').split(' ').some((code) => ticked.has(code));
  if (rows.some((row) => !row.hidden)) section.dataset['asks'] = '';
  else delete section.dataset['asks'];
  offer(form, section);
  if (before !== JSON.stringify([section.dataset['asks'], rows.map((row) => row.hidden)])) moved();
}

/** unfold takes the questions out of the fold that keeps them without a script, and watches their answers. */
function unfold(page: Page, form: HTMLFormElement, section: HTMLElement, fold: Element): void {
  fold.querySelector('summary')?.remove();
  fold.replaceWith(...fold.childNodes);
  const result = make('div');
  result.role = 'status';
  section.append(result);
  const compute = (): void => {
    import('./deadlines.ts').then((chunk) => chunk.show(page, form, section, result)).catch(() => undefined);
  };
  form.addEventListener('change', (event) => {
    const answered = [...section.querySelectorAll('input')].some((field) => field.value !== '');
    if (answered || nameOf(event.target as HTMLInputElement).startsWith('facts.')) compute();
  });
  if ([...section.querySelectorAll('input')].some((field) => field.value !== '')) compute();
}

/** offers gives, by fact, the day that stands for it, or "": the same as incident's Carried where there is no script. */
export function offers(one: (name: string) => string): Readonly<Record<string, string>> {
  const [from, to] = [dayOf(one('when.from')), dayOf(one('when.to'))];
  const precision = one('when.precision');
  const single = precision === 'day' || (precision === '' && to === '');
  const ended = one('when.ongoing') !== '' ? '' : single ? from : precision === 'month' ? '' : to;
  return { violation_ended_on: precision === 'unknown' ? '' : ended, knowledge_on: single ? from : '' };
}

/**
 * offer puts the day on which it happened where the same is asked once more, and as the day on which it was noticed: an
 * earlier day than the true one only makes a deadline earlier. Who changes or empties such a field is not asked again.
 */
function offer(form: HTMLFormElement, section: Element): void {
  for (const [fact, day] of Object.entries(offers((name) => answer(form, name)))) {
    const field = section.querySelector<HTMLInputElement>(`[data-if]:not([hidden]) #facts-${fact}`);
    const offered = field?.dataset['offered'] ?? '';
    if (field === null || field.value !== offered || day === offered || !/^(\d{4}-\d\d-\d\d)?$/.test(day)) continue;
    field.dataset['offered'] = day;
    field.value = day;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
