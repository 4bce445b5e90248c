// The receipt as a picture, in a chunk of its own: the report does not wait for it.
import { toBase64 } from '../shared/bytes.ts';
import { drawPng } from '../shared/png.ts';
import { drawQr } from '../shared/qr.ts';

/** pictureOf gives the QR code of a receipt as the address of a PNG. */
export function pictureOf(receipt: string): string {
  return `data:image/png;base64,${toBase64(drawPng(drawQr(receipt)))}`;
}
