// Who shall read it: where somebody ticks what concerns the chosen desk's own
// house, the question moves up, another desk is pre-set, and the page says so.
// The choice stays with the resident.
import { answer, fieldsOf, isTick, make, type Page, text } from './page.ts';

/** startDesk watches the ticks of a form that has more than one desk. */
export function startDesk(page: Page, form: HTMLFormElement, moved: () => void): void {
  const section = form.querySelector<HTMLElement>('#desk');
  if (section === null || page.desks.length < 2) return;
  let chosen = false;
  form.addEventListener('change', (event) => {
    const field = event.target as HTMLInputElement;
    if (field.name === 'desk') chosen = true;
    else if (isTick(field)) avoidConflict(page, form, section, chosen, moved);
  });
}

function avoidConflict(
  page: Page,
  form: HTMLFormElement,
  section: HTMLElement,
  chosen: boolean,
  moved: () => void,
): void {
  const ticked = new Set(
    fieldsOf(form)
      .filter((field) => isTick(field) && field.checked)
      .map((field) => field.value),
  );
  const concerned = (id: string): boolean =>
    page.desks.find((desk) => desk.id === id)?.conflict.some((code) => ticked.has(code)) ?? false;
  const other = page.desks.find((desk) => !concerned(desk.id));
  if (other === undefined || !concerned(answer(form, 'desk')) || section.querySelector('.moved') !== null) return;
  if (!chosen) {
    const radio = fieldsOf(section).find((field) => field.value === other.id);
    if (radio !== undefined && isTick(radio)) radio.checked = true;
    section.querySelector('h2')?.after(make('p', 'note moved', text(page, 'js.desk.conflict')));
  }
  const wish = form.querySelector('#wish');
  if (wish !== null) wish.before(section);
  moved();
}
