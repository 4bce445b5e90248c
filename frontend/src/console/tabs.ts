// The console's tabs among themselves: who locks one, means all. What passes is
// a single word, on this machine.

/** A Channel is a BroadcastChannel, or anything else that passes a word on. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;

/** Tabs are the other tabs of the same console. */
export interface Tabs {
  /** lock tells them that the member has locked. */
  lock(): void;
  /** onLock calls act when another tab was locked. */
  onLock(act: () => void): void;
}

const WORD = 'lock';

/** createTabs speaks over a channel; without one every tab is alone. */
export function createTabs(channel: Channel | undefined): Tabs {
  return {
    lock: () => channel?.postMessage(WORD),
    onLock(act) {
      if (channel === undefined) return;
      channel.onmessage = ({ data }) => {
        if (data === WORD) act();
      };
    },
  };
}

/** browserTabs uses the browser's own channel. */
export function browserTabs(): Tabs {
  return createTabs(typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('beistand'));
}
