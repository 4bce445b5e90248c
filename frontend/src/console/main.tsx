// The entry of the console. It cannot open anything by itself: keys and opened
// boxes are the worker's (crypto.worker.ts), what may be done is the server's.
import { render } from 'preact';
import { App } from './app.tsx';
import { createClient } from './client.ts';
import { ConsoleProvider, createConsole } from './console.ts';
import { browserLocks, browserPlace } from './draftstore.ts';
import { createPasskeys } from './passkey.ts';
import { browserTabs } from './tabs.ts';
import { createTexts, languageOf } from './texts.ts';
import { createVault } from './worker.ts';

const root = document.getElementById('console');
if (root !== null) {
  const console = createConsole({
    texts: createTexts(languageOf(document.documentElement.lang)),
    client: createClient(
      (input, init) => fetch(input, init),
      matchMedia('(pointer: coarse)').matches ? 'phone' : 'computer',
    ),
    vault: createVault(),
    location,
    rules: root.dataset['rules'] ?? '',
    now: () => new Date(),
    place: browserPlace(),
    locks: browserLocks(),
    minute: () => new Promise((done) => setTimeout(done, 60_000)),
    tabs: browserTabs(),
    rest: () => new Promise((done) => setTimeout(done, 120)),
    passkeys: createPasskeys(navigator.credentials),
  });
  void console.session.load();
  render(
    <ConsoleProvider value={console}>
      <App />
    </ConsoleProvider>,
    root,
  );
}
