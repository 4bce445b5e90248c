// What a team marks a case with, below the column of its state: the day to look
// at it again, labels, and the cases that it is like.
import type { CaseView } from '../casefile.ts';
import { Follow } from './follow.tsx';
import { Labels } from './labels.tsx';
import { Similar } from './similar.tsx';

/** Marks are all three. */
export function Marks({ view }: { readonly view: CaseView }) {
  return (
    <>
      <Follow view={view} />
      <Labels view={view} />
      <Similar view={view} />
    </>
  );
}
