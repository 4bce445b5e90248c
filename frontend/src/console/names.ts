// Names that look alike. A newcomer must not be taken for somebody else: names
// that differ only in case, in how Unicode writes them, in marks that cannot be
// seen, or by letters of another script that look the same, are one name here.

/** LOOKALIKE gives the Latin letters for those of Cyrillic and Greek that are drawn alike, and for digits read as letters. */
const LOOKALIKE: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ı: 'i',
  ß: 'ss',
  0: 'o',
  1: 'l',
};

/** skeleton is what is left of a name when all is taken away that the eye passes over. */
export function skeleton(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{P}\p{Z}\s]/gu, '')
    .toLowerCase();
  return [...plain].map((letter) => LOOKALIKE[letter] ?? letter).join('');
}

/** twin gives the name among others that this one could be taken for, or undefined. */
export function twin(name: string, others: readonly string[]): string | undefined {
  const own = skeleton(name);
  return own === '' ? undefined : others.find((other) => skeleton(other) === own);
}
