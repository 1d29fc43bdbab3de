import { invoke } from '@tauri-apps/api/core';
import type {
  Answer, DevicesView, ExportedView, FinishedView, FromRoom, HomeView, Mode, Problem, ProgressView, PromptView, RecordLine,
  ReviewView, RunCard, RunView, ToRoom, VerifyView,
} from './protocol';

/** The exported type counts prompts as bigint, which JSON cannot carry; ids stay far below 2^53. */
type Message = Exclude<ToRoom, { type: 'answer' }> | { type: 'answer'; prompt: number; answer: Answer };
type Notice = { type: 'message'; message: FromRoom } | { type: 'room-ended'; why: string } | { type: 'closing' };
interface Opened { page: number; playing: boolean; ended: string | null }
interface Notices { current: boolean; notices: Notice[] }

export type Place = 'home' | 'devices' | 'review' | 'run' | 'finished' | 'verified';
export interface Plan {
  script: string; mode: Mode; parameters: Record<string, string>; roster: string | null; token: string | null;
}

/** Sizes of everything on the page, as factors; WCAG 2.2 asks for up to 2 (1.4.4). */
const SIZES = [1, 1.1, 1.25, 1.5, 1.75, 2, 2.5] as const;

/** What the room has said. Raw state: each message replaces the one before, and a share is gone with its prompt. */
class Room {
  place = $state<Place>('home');
  home = $state.raw<HomeView | null>(null);
  review = $state.raw<ReviewView | null>(null);
  plan = $state.raw<Plan | null>(null);
  run = $state.raw<RunView | null>(null);
  prompt = $state.raw<PromptView | null>(null);
  progress = $state.raw<ProgressView | null>(null);
  record = $state.raw<RecordLine[]>([]);
  finished = $state.raw<FinishedView | null>(null);
  verified = $state.raw<VerifyView | null>(null);
  exported = $state.raw<ExportedView | null>(null);
  devices = $state.raw<DevicesView | null>(null);
  refused = $state.raw<Problem | null>(null);
  /** The run whose evidence is looked at, where it was opened from the list. */
  opened = $state.raw<RunCard | null>(null);
  /** The run that the room will not resume until its HSM is named. */
  needsToken = $state<string | null>(null);
  /** What somebody is about to do, and is asked about. */
  leaving = $state<'stop' | 'close' | null>(null);
  #closes = false;
  /** The word that somebody looks for in the help; none where it is closed. */
  sought = $state<string | null>(null);
  #size = 0;
  #resuming: string | null = null;
  #looking = false;
  ended = $state<string | null>(null);
  /** True between a request and whatever the room says to it: further clicks do nothing. */
  waiting = $state(false);
  #asking = $state<Message['type'] | null>(null);
  /** True where Begin was pressed while a change to the plan was still being checked. */
  changed = $state(false);
  #unchecked = false;
  version = $state('');

  get mode(): Mode | null {
    if (this.place === 'run') return this.run?.mode ?? this.plan?.mode ?? null;
    if (this.place === 'finished') return this.finished?.mode ?? null;
    if (this.place === 'review') return this.plan?.mode ?? null;
    if (this.place === 'verified') return this.verified?.mode ?? null;
    return null;
  }

  async open(): Promise<void> {
    const opened = await invoke<Opened>('open');
    this.ended = opened.ended;
    if (opened.playing) this.place = 'run';
    if (opened.ended === null) await this.send({ type: opened.playing ? 'again' : 'home' });
    for (;;) {
      const got = await invoke<Notices>('poll', { page: opened.page });
      if (!got.current) return;
      for (const notice of got.notices) {
        if (notice.type === 'message') this.#take(notice.message);
        else if (notice.type === 'closing') this.leaving = 'close';
        else this.#end(notice.why);
      }
    }
  }

  async send(message: Message): Promise<void> {
    if (this.waiting) return;
    this.waiting = true;
    this.#asking = message.type;
    this.refused = null;
    try {
      await invoke('send', { message });
    } catch (error) {
      this.#end(String(error));
    }
  }

  /** Answers the open prompt and forgets it, with whatever secret it showed. */
  async answer(answer: Answer): Promise<void> {
    const prompt = this.prompt;
    if (!prompt || this.waiting) return;
    const sent = this.send({ type: 'answer', prompt: prompt.id, answer });
    if (prompt.ask.kind === 'show-share' || prompt.ask.kind === 'enter-share') this.prompt = null;
    await sent;
  }

  /** Somebody said that they mean it: the ceremony is stopped, and the window closed where that was asked for. */
  leave(): void {
    const closes = this.leaving === 'close';
    this.leaving = null;
    if (this.prompt && !this.waiting) {
      this.#closes = closes;
      void this.answer({ kind: 'stop' });
    } else if (closes) this.#close();
  }

  #close(): void {
    invoke('close').catch((error: unknown) => { this.#end(String(error)); });
  }

  lookAt(plan: Plan): void {
    // Home is on the screen before the room has listed it anew: what is pressed there meanwhile is kept, not dropped.
    if (this.waiting && this.#asking !== 'review' && this.#asking !== 'home') return;
    this.plan = plan;
    this.exported = null;
    this.changed = false;
    // A change made while an earlier one is being checked is checked next, not dropped.
    if (this.waiting) this.#unchecked = true;
    else this.#check(plan);
  }

  #check(plan: Plan): void {
    this.#unchecked = false;
    void this.send({ type: 'review', script: plan.script, mode: plan.mode, parameters: plan.parameters, roster: plan.roster });
  }

  /** Begins what was reviewed. */
  start(): void {
    if (this.plan) this.#begin({ type: 'start', ...this.plan });
  }

  /** Begins a rehearsal for which all is made that others would bring. */
  practise(): void {
    if (this.plan) this.#begin({ type: 'practise', script: this.plan.script, parameters: this.plan.parameters, roster: this.plan.roster });
  }

  #begin(message: Message): void {
    if (this.waiting) {
      // Leaving a field and pressing Begin are one gesture: nobody has seen what the change made of the plan.
      this.changed = this.#asking === 'review';
      return;
    }
    this.#clear();
    this.changed = false;
    void this.send(message);
  }

  /** Whether what others would bring is being made. */
  get preparing(): boolean { return this.waiting && this.#asking === 'practise'; }

  resume(run: string, token: string | null): void {
    if (this.waiting) return;
    this.#clear();
    this.#resuming = run;
    void this.send({ type: 'resume', run, token });
  }

  verify(path: string, signer: string | null, card: RunCard | null): void {
    if (this.waiting) return;
    this.opened = card;
    this.exported = null;
    void this.send({ type: 'verify', path, signer });
  }

  papers(plan: Plan, folder: string, letter: boolean): void {
    if (this.waiting) return;
    this.exported = null;
    void this.send({ type: 'papers', script: plan.script, mode: plan.mode, parameters: plan.parameters, roster: plan.roster, folder, letter });
  }

  /** A look changes nothing, so it neither waits for another request nor holds one up. */
  lookForDevices(): void {
    this.place = 'devices';
    this.look();
  }

  look(): void {
    // A module that takes its time must not have looks pile up behind it.
    if (this.#looking) return;
    this.#looking = true;
    invoke('send', { message: { type: 'devices' } }).catch((error: unknown) => { this.#end(String(error)); });
  }

  /** Everything larger or smaller, as far as the window allows; 0 is the size it began with. */
  resize(step: -1 | 0 | 1): void {
    this.#size = step === 0 ? 0 : Math.min(SIZES.length - 1, Math.max(0, this.#size + step));
    invoke('zoom', { factor: SIZES[this.#size] }).catch((error: unknown) => { this.#end(String(error)); });
  }

  goHome(): void {
    if (this.waiting) return;
    this.place = 'home';
    this.opened = null;
    this.exported = null;
    void this.send({ type: 'home' });
  }

  async restart(): Promise<void> {
    try {
      await invoke('restart_room');
      this.#clear();
      this.ended = null;
      this.waiting = false;
      this.goHome();
    } catch (error) {
      this.#end(String(error));
    }
  }

  #clear(): void {
    this.run = null;
    this.prompt = null;
    this.progress = null;
    this.record = [];
    this.finished = null;
    this.exported = null;
  }

  #end(why: string): void {
    this.leaving = null;
    this.#closes = false;
    this.#looking = false;
    this.prompt = null;
    this.progress = null;
    this.waiting = false;
    this.ended = why;
  }

  #take(message: FromRoom): void {
    switch (message.type) {
      case 'hello': this.version = message.version; return;
      case 'home': this.home = message.home; this.place = 'home'; break;
      case 'review': this.review = message.review; this.place = 'review'; break;
      case 'run': this.run = message.run; this.place = 'run'; return;
      case 'prompt': this.prompt = message.prompt; this.progress = null; this.place = 'run'; break;
      case 'progress': this.progress = message.progress; this.prompt = null; return;
      case 'recorded': {
        const line = message.line;
        if (!this.record.some((r) => r.seq === line.seq)) this.record = [...this.record, line];
        return;
      }
      case 'finished':
        if (this.#closes) { this.#close(); return; }
        this.leaving = null;
        this.finished = message.finished; this.prompt = null; this.progress = null; this.place = 'finished'; break;
      case 'verified': this.verified = message.verified; this.place = 'verified'; break;
      // A look that was asked for before the page went elsewhere changes nothing there.
      case 'devices': this.devices = message.devices; this.#looking = false; return;
      case 'exported': this.exported = message.exported; break;
      case 'refused':
        this.refused = message.problem;
        this.needsToken = message.problem.code === 'no-token' ? this.#resuming : null;
        break;
      default: { const never: never = message; return never; }
    }
    this.waiting = false;
    if (this.#unchecked && this.plan) this.#check(this.plan);
  }
}

export const room = new Room();
