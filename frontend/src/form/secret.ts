// A receipt pasted into a text: whoever reads that could open the mailbox. The
// same rule as the server's, which sees only what is sent without this script.
import { normalise } from '../shared/receipt.ts';

const DIGITS = 32;

/** holdsReceipt says whether 32 digits with a right check stand in a text, cut into groups or not. */
export function holdsReceipt(words: string): boolean {
  return words.split(/[^\p{Nd}\p{Z}\p{Pd}\p{Cf}\t\n.\u2212]+/u).some((stretch) => {
    const groups = stretch.match(/\p{Nd}+/gu) ?? [];
    return groups.some((_, from) => {
      let run = '';
      for (const group of groups.slice(from)) {
        run += group;
        if ([...run].length >= DIGITS) break;
      }
      return [...run].length === DIGITS && normalise(run).ok;
    });
  });
}
