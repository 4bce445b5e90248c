// Form fields with label, hint and fault, wired for screen readers.
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface FrameProps {
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly fault?: string;
  readonly children: (wiring: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => JSX.Element;
}

/** Field frames one control. */
export function Field({ label, hint, fault, children }: FrameProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, fault ? `${id}-fault` : ''].filter((part) => part !== '');
  return (
    <div class={fault ? 'field field--fault' : 'field'}>
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, 'aria-describedby': described.join(' ') || undefined, 'aria-invalid': fault ? true : undefined })}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly fault?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'date';
  readonly name?: string;
  readonly autocomplete?: string;
  readonly dir?: 'auto' | 'ltr';
}

// Cloud spell-checking and page translation send text away (protocol.md §11.9).
const QUIET = {
  autocomplete: 'off',
  autocorrect: 'off',
  autocapitalize: 'off',
  spellcheck: false,
  writingsuggestions: 'false',
  translate: false,
} as Readonly<Record<string, string | boolean>>;

/** TextField is one line of text. */
export function TextField({ value, onInput, type = 'text', name, autocomplete, dir = 'auto', ...frame }: TextProps) {
  return (
    <Field {...frame}>
      {(wiring) => (
        <input
          {...wiring}
          {...QUIET}
          {...(autocomplete === undefined ? {} : { autocomplete })}
          {...(name === undefined ? {} : { name })}
          // Preact's types want one type at a time.
          {...({ type } as { type: 'text' })}
          class="input"
          dir={dir}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface AreaProps extends Omit<TextProps, 'type' | 'name' | 'autocomplete'> {
  readonly rows?: number;
  readonly lang?: string;
}

/** TextArea is free text in any script. */
export function TextArea({ value, onInput, rows = 5, lang, dir = 'auto', ...frame }: AreaProps) {
  return (
    <Field {...frame}>
      {(wiring) => (
        <textarea
          {...wiring}
          {...QUIET}
          {...(lang === undefined ? {} : { lang })}
          class="input"
          rows={rows}
          dir={dir}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** An Option is one entry of a Select. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly fault?: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}

/** Select is a choice of one. */
export function Select({ value, options, onChange, ...frame }: SelectProps) {
  return (
    <Field {...frame}>
      {(wiring) => (
        <select {...wiring} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Tick is one checkbox with its label; `mark` stands behind it, for what the reporter ticked. */
export function Tick(props: {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly mark?: ComponentChildren;
  readonly child?: boolean;
}) {
  return (
    <label class={props.child ? 'tick tick--child' : 'tick'}>
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        {props.mark}
      </span>
    </label>
  );
}
