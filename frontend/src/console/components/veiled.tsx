// Texts of residents and members with the words veiled that hurt to read: a
// button stands in the place of each, so that a screen reader does not read
// them out either.
import { useConsole } from '../console.ts';

interface Props {
  readonly text: string;
}

/** Veiled is a text with a button for each veiled word. It must not stand inside a link. */
export function Veiled({ text }: Props) {
  const { veil } = useConsole();
  return (
    <>
      {veil
        .cut(text)
        .map((piece, i) => (piece.veiled ? <Word key={i} name={`${i} ${text}`} word={piece.text} /> : piece.text))}
    </>
  );
}

function Word({ name, word }: { readonly name: string; readonly word: string }) {
  const { veil, texts } = useConsole();
  if (veil.asked.value.has(name)) {
    // The button that was pressed is gone: the word takes its focus.
    return (
      <span class="veil veil--open" tabIndex={-1} ref={(element) => veil.focusOnce(name, element)}>
        {word}
      </span>
    );
  }
  return (
    <button type="button" class="veil" onClick={() => veil.ask(name)}>
      {texts.t('veil.word')}
    </button>
  );
}

/** Masked is a text for the inside of a link: veiled words are named as such; Unmask beside the link shows them. */
export function Masked({ text }: Props) {
  const { veil, texts } = useConsole();
  if (veil.asked.value.has(text)) return <>{text}</>;
  return (
    <>
      {veil.cut(text).map((piece, i) =>
        piece.veiled ? (
          <span key={i} class="veil veil--mark">
            {texts.t('veil.mark')}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

/** Unmask is the button that shows the words of a Masked text; nothing where none is veiled. */
export function Unmask({ text }: Props) {
  const { veil, texts } = useConsole();
  const hidden = veil.cut(text).some((piece) => piece.veiled);
  if (!hidden || veil.asked.value.has(text)) return null;
  return (
    <button type="button" class="veil" onClick={() => veil.ask(text)}>
      {texts.t('veil.word')}
    </button>
  );
}
