// Files that are small and claim to be huge once they are unpacked.
import { crc32, deflateSync } from 'node:zlib';

function chunk(kind: string, bytes: Buffer): Buffer {
  const inside = Buffer.concat([Buffer.from(kind), bytes]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(inside));
  return Buffer.concat([length, inside, sum]);
}

/** pictureBomb is a valid PNG of so many dots in a square, all of one colour. */
export function pictureBomb(side: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 1; // one bit a dot, grey
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** archiveBomb begins like a document of an office program and unpacks to so many zeros. */
export function archiveBomb(bytes: number): Buffer {
  const name = Buffer.from('[Content_Types].xml');
  const packed = deflateSync(Buffer.alloc(bytes), { level: 9 }).subarray(2, -4);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(crc32(Buffer.alloc(bytes)), 14);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(bytes, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, packed]);
}
