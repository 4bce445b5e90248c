// What a file is, by its first bytes; its name and what the system says of it do
// not count. Mirror of internal/intake/filetype.go.

/** MAX_FILE is how long a file may be, in bytes; five may be sent at once. */
export const MAX_FILE = 10 << 20;

/** A FileType is one that is taken, and what must be done before it is sealed. */
export interface FileType {
  readonly name: string;
  /** clean: metadata is removed; ask: nothing can be; text: as it is, if it is text to its end. */
  readonly treat: 'clean' | 'ask' | 'text';
}

const MAGIC: readonly (readonly [begin: string, name: string, treat: FileType['treat']])[] = [
  ['\xff\xd8\xff', 'image/jpeg', 'clean'],
  ['\x89PNG\r\n\x1a\n', 'image/png', 'clean'],
  ['RIFF????WEBP', 'image/webp', 'clean'],
  ['%PDF-', 'application/pdf', 'ask'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/x-ole-storage', 'ask'],
  ['RIFF????WAVE', 'audio/wav', 'ask'],
  ['OggS', 'audio/ogg', 'ask'],
  ['fLaC', 'audio/flac', 'ask'],
  ['ID3', 'audio/mpeg', 'ask'],
  ['\xff\xfb', 'audio/mpeg', 'ask'],
  ['\xff\xf3', 'audio/mpeg', 'ask'],
  ['\xff\xf2', 'audio/mpeg', 'ask'],
  ['\xff\xf1', 'audio/aac', 'ask'],
  ['\xff\xf9', 'audio/aac', 'ask'],
  ['#!AMR', 'audio/amr', 'ask'],
  ['\x1a\x45\xdf\xa3', 'video/webm', 'ask'],
];

const BRANDS: readonly (readonly [name: string, brands: string])[] = [
  ['image/heic', 'heic heix heim heis hevc hevx mif1 msf1'],
  ['audio/mp4', 'M4A_ M4B_'],
  ['video/mp4', 'isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 qt__ M4V_ MSNV 3gp4 3gp5 3gp6 3g2a'],
];

/** latin reads bytes as letters of the same number. */
export function latin(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** typeOf tells the type of a file, or undefined if it is not one that is taken. */
export function typeOf(bytes: Uint8Array): FileType | undefined {
  const first = latin(bytes.subarray(0, 128));
  const found = MAGIC.find(([begin]) => begins(first, begin));
  if (found !== undefined) return { name: found[1], treat: found[2] };
  if (begins(first, '????ftyp') && first.length >= 12) {
    const brand = first.slice(8, 12).replaceAll(' ', '_');
    const media = BRANDS.find(([, brands]) => brands.split(' ').includes(brand));
    return media && { name: media[0], treat: 'ask' };
  }
  if (begins(first, 'PK\x03\x04')) return packed(first);
  if (first !== '' && isText(first) && !/^(\xef\xbb\xbf)?[ \t\r\n\f]*</.test(first)) {
    return { name: 'text/plain', treat: 'text' };
  }
  return undefined;
}

function begins(text: string, pattern: string): boolean {
  if (text.length < pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== '?' && pattern[i] !== text[i]) return false;
  return true;
}

/** packed tells documents of office programs from any other archive by the first name in it. */
function packed(first: string): FileType | undefined {
  if (first.length < 30) return undefined;
  const end = 30 + first.charCodeAt(26) + (first.charCodeAt(27) << 8);
  const name = first.slice(30, end);
  if (name === 'mimetype' && first.startsWith('application/vnd.oasis.opendocument.', end)) {
    return { name: 'application/vnd.oasis.opendocument', treat: 'ask' };
  }
  if (name === '[Content_Types].xml' || name === '_rels/.rels' || /^(docProps|word|xl|ppt)\//.test(name)) {
    return { name: 'application/vnd.openxmlformats-officedocument', treat: 'ask' };
  }
  return undefined;
}

/** isText says whether only line breaks, tabs and form feeds stand among the letters. */
export function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text);
}
