// Virtual authenticators, which Chromium lends to tests: a device that answers by
// itself, with or without the PRF extension.
import type { CDPSession, Locator, Page } from '@playwright/test';
import { menu } from './console.ts';

/** A Device is one virtual authenticator in a page. */
export interface Device {
  /** verified says whether the person at the device proves to be its owner from now on. */
  verified(is: boolean): Promise<void>;
  /** credentials counts the passkeys on it. */
  credentials(): Promise<number>;
  /** remove takes the device away, with its passkeys. */
  remove(): Promise<void>;
}

/** device gives a page an authenticator. Its host must be a name, not a number. */
export async function device(page: Page, prf: boolean): Promise<Device> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: prf,
    },
  });
  return {
    verified: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    credentials: async () => {
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.length;
    },
    remove: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}

/** access opens the page of the member's own access. */
export async function access(page: Page): Promise<void> {
  await menu(page, 'Mein Zugang');
}

/** passkeys are the rows of the list on that page. */
export function passkeys(page: Page): Locator {
  return page
    .locator('section', { has: page.getByRole('heading', { name: 'Passkeys', exact: true }) })
    .locator('.people li');
}

/** words types the seven words once more, which every change of a passkey wants. */
export async function words(page: Page, who: { readonly passphrase: string }): Promise<void> {
  await page.getByLabel('Ihre sieben Wörter, noch einmal').last().fill(who.passphrase);
}
