// The field for seven words. Words are completed from their first letters; a
// wrong one is marked before the slow step. What is typed stays in this field
// and in the call that leaves it.
import { useEffect, useState } from 'preact/hooks';
import { useConsole } from '../console.ts';
import { placesOf, type WordState, wordsOf } from '../passphrase.ts';
import { Field } from './field.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly fault?: string;
}

/** usePlaces asks the worker for each word and gives the seven places. */
export function usePlaces(typed: string): { readonly places: readonly WordState[]; readonly next: readonly string[] } {
  const { vault } = useConsole();
  const [lists, setLists] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  const { words, open } = wordsOf(typed);
  const asked = words.join(' ');
  useEffect(() => {
    let alive = true;
    void Promise.all(asked.split(' ').map(async (word) => [word, await vault.call('complete', [word])] as const)).then(
      (pairs) => alive && setLists(new Map(pairs)),
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [asked, vault]);
  const last = words.at(-1) ?? '';
  const next = open ? (lists.get(last) ?? []) : [];
  return {
    // Until the worker has answered, a word counts as being typed, not as wrong.
    places: placesOf(typed, (word) => lists.get(word) ?? [word, `${word} `]),
    next: last.length >= 2 && next.length > 1 && next.length <= 8 ? next : [],
  };
}

/** Passphrase is the field with its seven places below. */
export function Passphrase({ label, value, onInput, fault }: Props) {
  const { texts } = useConsole();
  const [hidden, setHidden] = useState(false);
  const { places, next } = usePlaces(value);
  return (
    <div class="passphrase">
      <Field label={label} hint={texts.t('unlock.words.hint')} {...(fault === undefined ? {} : { fault })}>
        {(wiring) => (
          <input
            {...wiring}
            class="input"
            name="passphrase"
            {...({ type: hidden ? 'password' : 'text' } as { type: 'text' })}
            dir="ltr"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            translate={false}
            {...{ autocorrect: 'off', writingsuggestions: 'false' }}
            value={value}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
        )}
      </Field>
      <ol class="places" aria-hidden="true" dir="ltr">
        {places.map((place, i) => (
          <li key={i} class={`place place--${place.state}`}>
            {hidden && place.word !== '' ? '•••' : place.word || ' '}
          </li>
        ))}
      </ol>
      <p class="hint places__next" dir="ltr" translate={false}>
        {hidden ? '' : next.join(' · ')}
      </p>
      <label class="tick">
        <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.currentTarget.checked)} />
        <span>{texts.t('unlock.words.hide')}</span>
      </label>
    </div>
  );
}
