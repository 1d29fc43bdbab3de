import type { Fact, Mode, ReadAloud } from '../protocol';

/** What the program tells this display, field by field as `src-tauri/src/witness.rs` makes it. */
export interface WitnessView {
  mode: Mode | null;
  title: string;
  act: string;
  number: number;
  of: number;
  say: string;
  people: string[];
  turn: [string, string] | null;
  expect: string | null;
  irreversible: boolean;
  state: 'nothing' | 'question' | 'private' | 'findings' | 'work' | 'locked' | 'ended';
  facts: Fact[];
  compares: [string, string, ReadAloud] | null;
  work: [string, number] | null;
  exceptions: string[];
  newest: string | null;
}

declare global {
  interface Window { cofferdamShows?: (view: WitnessView) => void }
}

class Shown {
  view = $state.raw<WitnessView | null>(null);
}

export const shown = new Shown();

/** The program calls this with each change. The page has no way to ask for anything. */
window.cofferdamShows = (view) => { shown.view = view; };
