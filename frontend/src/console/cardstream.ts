// The stream of all cards, cut where a record ends: the worker opens the first
// ones while the last are still on their way, and no more than two pieces lie in
// memory.

/** RECORD is the length of one card record: case, op, epoch, box (protocol.md §7). */
export const RECORD = 1_088;
/** PIECE is how much is handed on at once. */
const PIECE = 512 * RECORD;

/** inRecords hands on a body in pieces of whole records, each when the one before was taken; broken makes the error of a body that ends early. */
export async function inRecords(
  body: ReadableStream<Uint8Array>,
  take: (records: ArrayBuffer) => Promise<void>,
  broken: () => Error,
): Promise<void> {
  const reader = body.getReader();
  let piece = new Uint8Array(PIECE);
  let filled = 0;
  let taken = Promise.resolve();
  const hand = async () => {
    await taken;
    taken = take(filled === PIECE ? piece.buffer : piece.buffer.slice(0, filled));
    // It is awaited with the next piece; until then nobody else may be told of its error.
    taken.catch(() => undefined);
    piece = new Uint8Array(PIECE);
    filled = 0;
  };
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw broken();
    });
    if (done) break;
    for (let at = 0; at < value.length; ) {
      const part = value.subarray(at, at + PIECE - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === PIECE) await hand();
    }
  }
  if (filled % RECORD !== 0) throw broken();
  if (filled > 0) await hand();
  await taken;
}
