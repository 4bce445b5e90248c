// The memory record: what somebody only wants to write down, with the day, as a
// text to save or print. Nothing is sent and nothing kept; closing the page ends it.
import { answersOf, headingOf, isoDay } from './check.ts';
import { day } from './day.ts';
import { later } from './later.ts';
import { button, make, type Page, text } from './page.ts';
import { saveText } from './save.ts';

const ID = 'record';

const OTHERS = ['start', 'check', 'send', 'keep'];

/** recordOf writes all questions that were answered, in the words of the page. */
export function recordOf(page: Page, sections: readonly HTMLElement[], today: string): string {
  const parts = sections.map((section) => [headingOf(section), ...answersOf(section)]);
  return [[day(page, today)], ...parts.filter((part) => part.length > 1)].map((part) => part.join('\n')).join('\n\n');
}

/** showRecord shows the record at the end of a section, with ways to keep it. */
export async function showRecord(page: Page, on: HTMLElement): Promise<void> {
  await later(page);
  const questions = [...document.querySelectorAll<HTMLElement>('.step')].filter(({ id }) => !OTHERS.includes(id));
  const words = recordOf(page, questions, isoDay(new Date()));
  const whole = make('div', ID);
  const said = make('p', 'done', text(page, 'note.nothing'));
  said.role = 'status';
  const record = make('div', 'slip');
  record.dir = 'auto';
  for (const line of words.split('\n')) record.append(make('p', '', line));
  const acts = make('p', 'acts');
  // A name that says nothing.
  acts.append(button(text(page, 'receipt.save'), true, () => saveText('notiz.txt', words)));
  acts.append(button(text(page, 'receipt.print'), false, () => print()));
  whole.append(said, record, acts);
  on.querySelector(`.${ID}`)?.remove();
  on.append(whole);
}

/** offerRecord puts a button at the end of the form that sends nothing; a form that cannot send shows the record itself. */
export async function offerRecord(page: Page, on: HTMLElement): Promise<void> {
  if (on.id === 'keep') return showRecord(page, on);
  await later(page);
  on.querySelector('[data-record]')?.remove();
  const row = make('p', 'acts');
  row.dataset['record'] = '';
  row.append(button(text(page, 'note.heading'), false, () => void showRecord(page, on)));
  on.append(row);
}
