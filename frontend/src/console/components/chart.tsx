// Horizontal bars, drawn by ourselves. A table with the same figures stands
// before every chart: that is what a screen reader reads, so the drawing is
// hidden from it.
import { useId } from 'preact/hooks';

/** A Bar is one line of a chart. */
export interface Bar {
  readonly label: string;
  readonly n: number;
  /** Hatched instead of full: a second kind, told apart without a second colour. */
  readonly hatched?: boolean;
}

interface Props {
  readonly bars: readonly Bar[];
}

/** Measures of one line, in the pixels of the drawing. */
const LINE = 44;
const TEXT = 14;
const BAR = 16;
/** WIDEST is the share of the width that the longest bar takes; its figure stands behind it. */
const WIDEST = 82;

/** Chart draws a bar for each figure, the figure as text at its end. */
export function Chart({ bars }: Props) {
  const id = useId();
  const most = Math.max(1, ...bars.map((bar) => bar.n));
  return (
    <svg class="chart" width="100%" height={bars.length * LINE} aria-hidden="true" focusable="false">
      <defs>
        <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2.5" height="6" />
        </pattern>
      </defs>
      {bars.map((bar, i) => (
        <g key={bar.label}>
          <text x="0" y={i * LINE + TEXT}>
            {bar.label}
          </text>
          <rect
            class="chart__bar"
            x="0"
            y={i * LINE + TEXT + 6}
            width={`${(bar.n / most) * WIDEST}%`}
            height={BAR}
            {...(bar.hatched ? { style: { fill: `url(#${id})` } } : {})}
          />
          <text x={`${(bar.n / most) * WIDEST}%`} dx="6" y={i * LINE + TEXT + 6 + BAR - 3}>
            {bar.n}
          </text>
        </g>
      ))}
    </svg>
  );
}
