// The console's words, German and English. The files have the form of go-i18n
// (plain strings, or plural categories under a key), so that the same
// translation tool reads them as the locales of the public site.
import { effect, type Signal, signal } from '@preact/signals';
import de from './texts.de.json' with { type: 'json' };

/** A Key names one text; the German file is the list of all keys. */
export type Key = keyof typeof de;

/** A Language is one that the console speaks. */
export type Language = 'de' | 'en';

/** Values fill the placeholders `{{.Name}}` of a text; `N` also chooses the plural form. */
export type Values = Readonly<Record<string, string | number>>;

type Entry = string | { readonly one?: string; readonly other: string };

/** A File is all texts of one language. */
export type File = Readonly<Record<string, Entry>>;

const GERMAN: File = de;

/** loadEnglish fetches the other file: most members never need it. */
export async function loadEnglish(): Promise<File> {
  return (await import('./texts.en.json', { with: { type: 'json' } })).default;
}

/** Texts answers keys in the language that is chosen now; it redraws what uses it when that changes. */
export interface Texts {
  readonly language: Signal<Language>;
  t(key: Key, values?: Values): string;
  /** maybe gives a text whose key was put together from data, or undefined if there is none. */
  maybe(key: string, values?: Values): string | undefined;
  /** label gives `prefix.code`, or the code itself: a newer server may know more codes. */
  label(prefix: string, code: string): string;
}

/** languageOf chooses the console's language for a language tag of the page. */
export function languageOf(tag: string): Language {
  return tag.toLowerCase().startsWith('en') ? 'en' : 'de';
}

/** fill puts values into a text; a placeholder without a value stays visible, so that a test finds it. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{\{\.(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

function choose(entry: Entry, language: Language, values: Values): string {
  if (typeof entry === 'string') return entry;
  const n = Number(values['N'] ?? 0);
  const category = new Intl.PluralRules(language).select(n);
  return (category === 'one' ? entry.one : undefined) ?? entry.other;
}

/** createTexts makes the reader of both files. Until the English one is there, German stands in its place. */
export function createTexts(start: Language, load: () => Promise<File> = loadEnglish): Texts {
  const language = signal<Language>(start);
  const english = signal<File | undefined>(undefined);
  effect(() => {
    if (language.value !== 'en' || english.value !== undefined) return;
    void load().then(
      (file) => {
        english.value = file;
      },
      () => {
        language.value = 'de';
      },
    );
  });
  const maybe = (key: string, values: Values = {}): string | undefined => {
    const entry = (language.value === 'en' ? english.value?.[key] : undefined) ?? GERMAN[key];
    return entry === undefined ? undefined : fill(choose(entry, language.value, values), values);
  };
  return {
    language,
    maybe,
    t: (key, values) => maybe(key, values) ?? key,
    label: (prefix, code) => maybe(`${prefix}.${code}`) ?? code,
  };
}
