// How large a picture says it is, before anything decodes it: a few kilobytes can
// claim a picture that fills the memory of a machine.

/** MOST is how many pixels a picture may have to be shown; what phones take has 12 to 50 million. */
export const MOST = 64_000_000;

/** pixelsOf gives width times height of a PNG, JPEG or WebP as its head says them; 0 if it says none. */
export function pixelsOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const first = view.getUint32(0);
    if (first === 0x89504e47) return view.getUint32(16) * view.getUint32(20);
    if (first === 0x52494646) return webp(view);
    if (first >>> 16 === 0xffd8) return jpeg(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 0;
}

/** jpeg walks over the segments to the frame (ITU-T T.81, B.2.2). */
function jpeg(view: DataView): number {
  for (let at = 2; ; ) {
    const marker = view.getUint16(at);
    if (marker >>> 8 !== 0xff) return 0;
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    const frame = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
    if (frame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    // The picture's data begins without a frame before it.
    if (marker === 0xffda || marker === 0xffd9) return 0;
    at += 2 + view.getUint16(at + 2);
  }
}

/** webp reads the canvas (RFC 9649, sections 2.5 to 2.7). */
function webp(view: DataView): number {
  const side = (n: number) => (n & 0x3fff) + 1;
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X
      return ((view.getUint32(24, true) & 0xff_ffff) + 1) * ((view.getUint32(26, true) >>> 8) + 1);
    case 0x5650384c: // VP8L
      return side(view.getUint32(21, true)) * side(view.getUint32(21, true) >>> 14);
    case 0x56503820: // VP8, lossy
      return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
    default:
      return 0;
  }
}
