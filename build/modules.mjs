// Says whether frontend/node_modules is what frontend/package-lock.json asks for: exit code 0 if it is, 1 if npm ci
// has to run. It compares the versions of every package that npm noted when it installed; it does not look into them.
import { readFileSync } from 'node:fs';

const packages = (path) => JSON.parse(readFileSync(new URL(`../frontend/${path}`, import.meta.url), 'utf8')).packages;

function same() {
  const want = packages('package-lock.json');
  const have = packages('node_modules/.package-lock.json');
  for (const [path, { version, optional }] of Object.entries(want)) {
    // Packages for other systems are optional and stay out.
    if (path !== '' && have[path]?.version !== version && !(optional && have[path] === undefined)) return false;
  }
  return Object.keys(have).every((path) => path in want);
}

try {
  process.exitCode = same() ? 0 : 1;
} catch {
  process.exitCode = 1;
}
