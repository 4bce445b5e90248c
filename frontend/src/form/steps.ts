// One question a page: all sections of the form but one are hidden. There is no
// address and no history entry for a question; "back" of the browser leaves.
import { faultsOf, headingOf, listAnswers, wantsAdvice } from './check.ts';
import { clearFaults, showFaults } from './errors.ts';
import { button, focusOn, make, type Page, text } from './page.ts';

/** Place is where somebody is in the form; it is carried to another language. */
export interface Place {
  id: string;
  /** Came from the check page and goes straight back there. */
  returning: boolean;
  /** The sections that were shown so far. */
  seen: string[];
}

/** Steps moves through one form. */
export interface Steps {
  /** faulty goes to the first section with a fault and shows them there; false if there is none. */
  faulty(): boolean;
  /** next does what the button "next" does. */
  next(): void;
  /** moved says that the order of the sections changed. */
  moved(): void;
}

/** startSteps takes the form over. Arrived is called with each section that is shown. */
export function startSteps(
  page: Page,
  form: HTMLFormElement,
  place: Place,
  arrived: (section: HTMLElement) => void,
): Steps {
  const title = document.title;
  const progress = make('p', 'progress');
  progress.role = 'status';
  const back = button(text(page, 'js.back'), false, () => go(place.returning ? 'check' : near(-1)));
  const next = button(text(page, 'js.next'), true, () => forward());
  const acts = make('p', 'acts steps');
  acts.append(next, back);
  form.prepend(progress);
  form.append(acts);
  const check = form.querySelector<HTMLElement>('#check');
  if (check !== null) check.hidden = false;

  /** sections are those that make sense now, in the order of the page. */
  const sections = (): HTMLElement[] =>
    [...form.querySelectorAll<HTMLElement>('.step')].filter(
      (section) =>
        (section.id !== 'contact' || wantsAdvice(form)) &&
        (section.id !== 'dates' || section.dataset['asks'] !== undefined) &&
        // One desk is no question: it is told on the first page.
        (section.id !== 'desk' || section.querySelector('[type=radio]') !== null),
    );

  const near = (by: number): string => {
    const all = sections();
    const at = all.findIndex((section) => section.id === place.id);
    return all[Math.min(Math.max(at + by, 0), all.length - 1)]?.id ?? place.id;
  };

  const show = (focus: boolean): void => {
    const all = sections();
    const now = all.find((section) => section.id === place.id) ?? (all[0] as HTMLElement);
    place.id = now.id;
    if (!place.seen.includes(now.id)) place.seen.push(now.id);
    for (const section of form.querySelectorAll<HTMLElement>('.step')) {
      const told = section.id === 'desk' && now.id === 'start' && !all.includes(section);
      section.hidden = section !== now && !told;
    }
    const count = { Now: all.indexOf(now) + 1, All: all.length };
    progress.textContent = text(page, 'js.step', count);
    document.title = `${progress.textContent} – ${title}`;
    back.hidden = now === all[0];
    next.hidden = now === all.at(-1);
    if (now.id === 'check') {
      listAnswers(page, form, questions(all), (section) => {
        place.returning = true;
        go(section.id);
      });
    }
    if (focus) {
      focusOn(now);
      scrollTo({ top: 0 });
      // On a small screen the languages above would take half of every question.
      if (form.offsetTop > innerHeight / 3) form.scrollIntoView();
    }
    arrived(now);
  };

  const go = (id: string): void => {
    clearFaults();
    if (id === 'check') place.returning = false;
    place.id = id;
    show(true);
  };

  const forward = (): void => {
    const section = form.querySelector(`#${place.id}`);
    const faults = section === null ? [] : faultsOf(form, section);
    if (faults.length > 0) {
      tell(faults);
      return;
    }
    // A changed wish can bring up a question that nobody has seen yet.
    const fresh = sections().find((s) => s.id === 'contact' && !place.seen.includes('contact'));
    if (place.returning && fresh === undefined) go('check');
    else go(place.returning ? 'contact' : near(1));
  };

  const tell = (faults: ReturnType<typeof faultsOf>): void => {
    document.title = `${text(page, 'js.error.prefix')} ${title}`;
    showFaults(page, faults, form);
  };

  // Faults that the server found stand on the page already: go to the first.
  const found = form.querySelector('[aria-invalid]')?.closest('section');
  // Who writes already when this script comes goes on writing.
  const writing = form.querySelector(':focus');
  const here = found ?? (place.id === '' ? writing?.closest('section') : undefined);
  if (here) place.id = here.id;
  show(place.seen.length > 1 && !found);
  if (here) focusOn(found ? form.querySelector('#summary') : writing);

  return {
    next: forward,
    moved: () => show(false),
    faulty() {
      const faults = faultsOf(form);
      const first = faults[0] && document.getElementById(faults[0].id)?.closest('section');
      if (!first) return false;
      place.returning = true;
      go(first.id);
      tell(faults.filter((fault) => first.querySelector(`#${fault.id}`) !== null));
      return true;
    },
  };
}

/** questions are the sections that hold an answer. */
function questions(sections: readonly HTMLElement[]): HTMLElement[] {
  return sections.filter((section) => !['start', 'check', 'send'].includes(section.id) && headingOf(section) !== '');
}
