// What a member has typed and not yet sent. It lives in memory only. When the
// console locks, the drafts are sealed to the member's own key and kept as
// bytes; after the next unlock they are opened again. Nothing is stored.

/** Drafts keeps texts by case and field. */
export interface Drafts {
  get(key: string): string;
  /** set keeps a text; an empty one is forgotten. */
  set(key: string, text: string): void;
  any(): boolean;
  /** dump gives all drafts as JSON, to be sealed, and forgets them. */
  dump(): string;
  /** restore takes what dump gave; it never overwrites what was typed since. */
  restore(json: string): void;
  clear(): void;
}

/** draftKey names the draft of a field of a case. */
export function draftKey(caseId: string, field: string): string {
  return `${caseId}:${field}`;
}

/** createDrafts makes an empty keeper. */
export function createDrafts(): Drafts {
  const texts = new Map<string, string>();
  return {
    get: (key) => texts.get(key) ?? '',
    set(key, text) {
      if (text === '') texts.delete(key);
      else texts.set(key, text);
    },
    any: () => texts.size > 0,
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
