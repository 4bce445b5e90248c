// The field for files: what it does before anybody chooses one. The rest comes
// with the first file.
import type { Files } from './attach.ts';
import type { Page } from './page.ts';

/** A Field is the one for files of a form. */
export interface FilesField {
  /** get gives the chosen files, or undefined if there are none. It throws if they could not be read. */
  get(): Promise<Files | undefined>;
  /** renew forgets the files after they were sent. */
  renew(sent: boolean): void;
  /** take goes on with the field of another page. */
  take(page: Page, form: ParentNode): void;
}

/** createFilesField waits for the first file. Failed is called if the script for it does not come. */
export function createFilesField(failed: () => void): FilesField {
  let files: Promise<Files> | undefined;
  let reading: Promise<void> | undefined;
  return {
    async get() {
      await reading;
      return (await files)?.count ? files : undefined;
    },
    renew(sent) {
      if (!sent) return;
      files = undefined;
      reading = undefined;
    },
    take(page, form) {
      const field = form.querySelector<HTMLInputElement>('#files');
      if (field === null) return;
      // With this script every file has ticks of its own.
      for (const id of ['accept_uncleaned', 'keep_original']) {
        const group = form.querySelector<HTMLElement>(`#${id}`)?.parentElement;
        if (group) group.hidden = true;
      }
      // One that is still being read is listed here as well.
      reading?.then(async () => (await files)?.show(page, field)).catch(() => undefined);
      field.addEventListener('change', () => {
        reading = (async () => {
          files ??= import('./attach.ts').then((chunk) => chunk.createFiles());
          try {
            await (await files).add(page, field);
          } catch (error) {
            files = undefined;
            failed();
            throw error;
          }
        })();
        reading.catch(() => undefined);
      });
    },
  };
}
