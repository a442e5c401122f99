// What the parts of the page share: the latest plan, and whether to ask for one.
import { useSyncExternalStore } from 'react';

const listeners = new Set();
let state = { plan: null, explain: false, error: null };

export const read = () => state;

export function change(part) {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useShared = () => useSyncExternalStore(subscribe, read);
