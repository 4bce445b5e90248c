// Hands all open cases of a member to a colleague, for example for a holiday. The
// protocol knows no substitute: each case is assigned like any other, with a
// label that says for whom, so that all of them can be given back at once.
import { useState } from 'preact/hooks';
import { tidyLabel } from '../cardtext.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Select, TextArea, Tick } from '../components/field.tsx';
import { type Console, useConsole } from '../console.ts';
import { type InboxFilter, labelMark, only } from '../filter.ts';
import { showLabel } from './labels.tsx';

/** coverLabel names the label of cases that somebody covers for a member, the same in every language. */
export function coverLabel({ office }: Console, member: string): string {
  return tidyLabel(`v:${office.nameOf(member)}`);
}

/** covered is the filter of the open cases that somebody else has for a member. */
export function covered(console: Console, member: string): InboxFilter {
  return only({ label: [labelMark(coverLabel(console, member))] });
}

/** HandOver asks who covers, and hands over. */
export function HandOver({ member, onClose }: { readonly member: string; readonly onClose: () => void }) {
  const console = useConsole();
  const { bulk, inbox, office, session, texts } = console;
  const { t } = texts;
  const [who, setWho] = useState('');
  const [note, setNote] = useState('');
  const [back, setBack] = useState(true);
  const [tried, setTried] = useState(false);
  const desks = office.members.value.find((one) => one.member === member)?.desks ?? [];
  const others = [...new Set(desks.flatMap((desk) => office.colleagues(desk)).map((one) => one.member))].filter(
    (one) => one !== member,
  );
  const mine = session.me.value?.member === member;
  const run = async () => {
    setTried(true);
    if (who === '') return;
    onClose();
    bulk.choose(await inbox.found(only({ who: [member] })));
    const add = back ? [coverLabel(console, member)] : [];
    await bulk.run({ what: 'assign', member: who, note: note.trim(), add, remove: [] });
  };
  return (
    <Dialog title={mine ? t('cover.title.mine') : t('cover.title', { Name: office.nameOf(member) })} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run().catch(() => undefined);
        }}
      >
        <p>{t('cover.lead')}</p>
        <Select
          label={t('cover.who')}
          value={who}
          options={[
            { value: '', label: t('coding.choose') },
            ...others.map((one) => ({ value: one, label: office.nameOf(one) })),
          ]}
          onChange={setWho}
          {...(tried && who === '' ? { fault: t('bulk.assign.fault') } : {})}
        />
        <TextArea label={t('assign.note')} hint={t('assign.note.hint')} rows={3} value={note} onInput={setNote} />
        <Tick
          label={t('cover.back', { Label: showLabel(texts, coverLabel(console, member)) })}
          checked={back}
          onChange={setBack}
        />
        {mine && session.me.value?.role !== 'coordinator' && <p class="hint">{t('cover.mine')}</p>}
        <div class="acts">
          <Button kind="primary" type="submit">
            {t('cover.do')}
          </Button>
          <Button kind="tertiary" onClick={onClose}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
