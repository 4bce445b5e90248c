// A field whose text is a draft: kept over changes of view and over the lock.
import { useState } from 'preact/hooks';
import { useConsole } from '../console.ts';

/** useDraft gives the text of a draft, or what the field starts with, and how to change it. */
export function useDraft(key: string, start = ''): readonly [string, (text: string) => void] {
  const { drafts } = useConsole();
  const [text, setText] = useState(() => drafts.get(key) || start);
  const change = (next: string) => {
    drafts.set(key, next);
    setText(next);
  };
  return [text, change];
}
