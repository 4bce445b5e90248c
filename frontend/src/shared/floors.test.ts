// The house of the scripts: who may take what from whom. A file takes only from
// its own floor and the floors below it, and no file takes, by whatever way
// round, from itself. Types count too: what is named must be understood.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '..');

/** The floors from the ground up: the first that fits is a file's own. */
const FLOORS: readonly (readonly [string, RegExp])[] = [
  ['shared', /^shared\//],
  ['rules', /^(form\/|console\/(?!console\.ts|commands\.ts|app\.tsx|main\.tsx)[^/]+$)/],
  ['state', /^console\/state\//],
  ['context', /^console\/(console|commands)\.ts$/],
  ['components', /^console\/components\//],
  ['views', /^console\/views\//],
  ['entry', /^console\/(app|main)\.tsx$/],
];

function floorOf(path: string): number {
  return FLOORS.findIndex(([, pattern]) => pattern.test(path));
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [relative(src, path)] : [];
  });
}

/** taken lists the files of ours that a file names in an import, also in one at need. */
function taken(path: string): readonly string[] {
  const text = readFileSync(join(src, path), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.tsx?)(?:\?[^']*)?'/g);
  return [...found].map(([, name]) => relative(src, join(src, dirname(path), name ?? '')));
}

const house = new Map(files(src).map((path) => [path, taken(path)] as const));

/** circleFrom gives a way from a file back to itself, or nothing. */
function circleFrom(start: string): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (path: string): readonly string[] | undefined => {
    for (const next of house.get(path) ?? []) {
      if (next === start) return [path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const rest = walk(next);
      if (rest !== undefined) return [path, ...rest];
    }
    return undefined;
  };
  return walk(start);
}

test('every file stands on a floor, and what it takes is there', () => {
  expect(house.size).toBeGreaterThan(150);
  expect([...house.keys()].filter((path) => floorOf(path) < 0)).toEqual([]);
  const missing = [...house].flatMap(([path, named]) =>
    named.filter((one) => !house.has(one)).map((one) => `${path}: ${one}`),
  );
  expect(missing).toEqual([]);
  expect(house.get('console/app.tsx')).toContain('console/views/later.tsx');
  expect(house.get('console/views/later.tsx')).toContain('console/views/case.tsx');
});

test('nothing is taken from a floor above', () => {
  const up = [...house].flatMap(([path, named]) =>
    named.filter((one) => floorOf(one) > floorOf(path)).map((one) => `${path} takes from ${one}`),
  );
  expect(up).toEqual([]);
});

test('the form and the console share nothing but what is shared', () => {
  const across = [...house].flatMap(([path, named]) =>
    named
      .filter((one) => !one.startsWith('shared/') && one.split('/')[0] !== path.split('/')[0])
      .map((one) => `${path} takes from ${one}`),
  );
  expect(across).toEqual([]);
});

test('nothing goes in a circle', () => {
  const circles = [...house.keys()].map(circleFrom).filter((way) => way !== undefined);
  expect(circles).toEqual([]);
});
