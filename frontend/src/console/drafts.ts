// What a member has typed and not yet sent. In here it lives in memory; whoever
// watches is told of each change and keeps it, sealed (draftstore.ts). When the
// console locks, the drafts are sealed to the member's own key and kept as
// bytes; after the next unlock they are opened again.

/** Drafts keeps texts by case and field. */
export interface Drafts {
  get(key: string): string;
  /** set keeps a text; an empty one is forgotten. */
  set(key: string, text: string): void;
  any(): boolean;
  /** keys lists the fields that hold a draft. */
  keys(): readonly string[];
  /** json gives all drafts, to be sealed; '' if there are none. */
  json(): string;
  /** watch calls back after each change that somebody typed. */
  watch(changed: () => void): void;
  /** dump gives all drafts as JSON, to be sealed, and forgets them. */
  dump(): string;
  /** restore takes what dump gave; it never overwrites what was typed since. */
  restore(json: string): void;
  clear(): void;
}

/** draftKey names the draft of a field of a case; of says whose field it is, where a case has it more than once. */
export function draftKey(caseId: string, field: string, of = ''): string {
  return of === '' ? `${caseId}:${field}` : `${caseId}:${field}:${of}`;
}

/** caseOf gives the case that a draft belongs to, and its field. */
export function caseOf(key: string): readonly [caseId: string, field: string] {
  const [caseId = '', field = ''] = key.split(':');
  return [caseId, field];
}

/** createDrafts makes an empty keeper. */
export function createDrafts(): Drafts {
  const texts = new Map<string, string>();
  let changed: () => void = () => undefined;
  return {
    get: (key) => texts.get(key) ?? '',
    set(key, text) {
      if (text === '') texts.delete(key);
      else texts.set(key, text);
      changed();
    },
    any: () => texts.size > 0,
    keys: () => [...texts.keys()],
    json: () => (texts.size === 0 ? '' : JSON.stringify([...texts])),
    watch(callback) {
      changed = callback;
    },
    dump() {
      const json = JSON.stringify([...texts]);
      texts.clear();
      return json;
    },
    restore(json) {
      const kept: unknown = JSON.parse(json);
      if (!Array.isArray(kept)) return;
      for (const pair of kept as unknown[]) {
        if (!Array.isArray(pair)) continue;
        const [key, text] = pair as unknown[];
        if (typeof key === 'string' && typeof text === 'string' && !texts.has(key)) texts.set(key, text);
      }
    },
    clear: () => texts.clear(),
  };
}
