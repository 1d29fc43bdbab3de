import { invoke } from '@tauri-apps/api/core';
import type {
  Answer, DevicesView, EntryView, EstateView, ExportedView, FinishedView, FromRoom, HomeView, LedgerView, LockedBy, Mode, PlacesView, Problem, ProgressView, PromptView, RecordLine,
  RecordView, ReviewView, RunCard, RunView, Settings, ToRoom, VerifyView,
} from './protocol';

/** The exported type counts prompts as bigint, which JSON cannot carry; ids stay far below 2^53. */
type Message = Exclude<ToRoom, { type: 'answer' }> | { type: 'answer'; prompt: number; answer: Answer };
type Notice = { type: 'message'; message: FromRoom } | { type: 'room-ended'; why: string } | { type: 'closing' };
interface Opened { page: number; playing: boolean; asked: boolean; ended: string | null; notices: Notice[] }
interface Notices { current: boolean; notices: Notice[] }

export type Place = 'home' | 'keys' | 'custody' | 'people' | 'days' | 'systems' | 'obligations' | 'packs' | 'record' | 'settings' | 'devices' | 'review' | 'run' | 'finished' | 'verified';
/** Pages that show the ledger of one mode. */
const OF_LEDGER: readonly Place[] = ['keys', 'custody', 'people', 'days', 'systems', 'obligations'];
/** Those of them that show the registers that people keep. */
const OF_ESTATE: readonly Place[] = ['systems', 'obligations'];
/** What only fills a page: whatever is pressed meanwhile is done next. */
const PAGES_ASK: readonly Message['type'][] = ['review', 'home', 'ledger', 'estate'];
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
  places = $state.raw<PlacesView | null>(null);
  ledger = $state.raw<LedgerView | null>(null);
  estate = $state.raw<EstateView | null>(null);
  /** The system whose row is looked at. */
  system = $state<string | null>(null);
  ledgerMode = $state<Mode>('production');
  /** The record that is read, without its entries, which come in parts. */
  readRecord = $state.raw<RecordView | null>(null);
  readEntries = $state.raw<EntryView[]>([]);
  settings = $state.raw<Settings>({ size: 100, theme: 'system', moreContrast: false, idleMinutes: 5, dates: 'en-GB' });
  /** Whether the witness display is open. */
  witness = $state(false);
  /** The HSM that somebody chose among the devices, for the next plan. */
  chosenToken = $state<string | null>(null);
  refused = $state.raw<Problem | null>(null);
  /** The run whose evidence is looked at, where it was opened from the list. */
  opened = $state.raw<RunCard | null>(null);
  /** The run that the room will not resume until its HSM is named. */
  needsToken = $state<string | null>(null);
  /** What somebody is about to do, and is asked about. */
  leaving = $state<'stop' | 'close' | null>(null);
  /** The id with which the open question was put first. */
  asked = $state(0);
  #question = '';
  /** Who leaves the screen, and who is called to it. */
  handOver = $state.raw<{ from: string; to: string[]; alone: boolean } | null>(null);
  #last: { id: string; name: string; private: boolean } | null = null;
  #closes = false;
  /** Why the screen is being locked: what is on it is gone already, and the room hears of it at its next question. */
  locking = $state<LockedBy | null>(null);
  /** The word that somebody looks for in the help; none where it is closed. */
  sought = $state<string | null>(null);
  #resuming: string | null = null;
  #plugged = false;
  #looking = false;
  /** What the settings will be once the room has kept every change of them that is on its way: two quick presses are two steps. */
  #wanted: Settings = this.settings;
  #unkept = 0;
  ended = $state<string | null>(null);
  /** True between a request and whatever the room says to it: further clicks do nothing. */
  waiting = $state(false);
  #asking = $state<Message['type'] | null>(null);
  /** True where Begin was pressed while a change to the plan was still being checked. */
  changed = $state(false);
  #unchecked = false;
  #next: Place | null = null;
  /** Whose records somebody chose to see: production, or rehearsals. */
  #mode: Mode | null = null;
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
    if (opened.asked) {
      // The window asked for it before there was a page.
      this.waiting = true;
      this.#asking = 'home';
      this.#hears(opened.notices);
    } else if (opened.ended === null) {
      this.#tells({ type: 'settings', change: null });
      // Its answer is waited for as every other: nothing is gained by hearing first that the question arrived.
      void this.send({ type: opened.playing ? 'again' : 'home' });
    }
    for (;;) {
      const got = await invoke<Notices>('poll', { page: opened.page });
      if (!got.current) return;
      this.#hears(got.notices);
    }
  }

  #hears(notices: Notice[]): void {
    for (const notice of notices) {
      if (notice.type === 'message') this.#take(notice.message);
      else if (notice.type === 'closing') this.leaving = 'close';
      else this.#end(notice.why);
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

  /** Tells the room what nobody waits for: neither held up by another request nor holding one up. */
  #tells(message: Message): void {
    invoke('send', { message }).catch((error: unknown) => { this.#end(String(error)); });
  }

  /** Answers the open prompt and forgets it, with whatever secret it showed. */
  async answer(answer: Answer): Promise<void> {
    const prompt = this.prompt;
    if (!prompt || this.waiting) return;
    const sent = this.send({ type: 'answer', prompt: prompt.id, answer });
    // What was typed of a share stays with its custodian until it is taken: one refused letter must not cost a row.
    if (prompt.ask.kind === 'show-share') this.prompt = null;
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

  /** Locks the screen: what it showed goes at once, and the room is told with the open question or the next one. */
  lock(why: LockedBy): void {
    if (this.place !== 'run' || this.locking !== null || this.locked) return;
    this.locking = why;
    this.leaving = null;
    this.sought = null;
    const prompt = this.prompt;
    if (!prompt || this.waiting) return;
    this.prompt = null;
    void this.send({ type: 'answer', prompt: prompt.id, answer: { kind: 'lock', why } });
  }

  /** Whether the open question is one that unlocks the screen. */
  get locked(): boolean { return this.prompt !== null && this.prompt.locked !== null; }

  #close(): void {
    invoke('close').catch((error: unknown) => { this.#end(String(error)); });
  }

  /** A ceremony as it would be played, with nothing of it decided yet. */
  prepare(script: string, mode: Mode, token: string | null = null): void {
    this.lookAt({ script, mode, parameters: {}, roster: null, token });
  }

  lookAt(plan: Plan): void {
    // A page is on the screen before the room has listed it anew: what is pressed there meanwhile is kept, not dropped.
    if (this.waiting && !PAGES_ASK.includes(this.#asking ?? 'again')) return;
    this.#next = null;
    this.plan = { ...plan, token: plan.token ?? this.chosenToken };
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

  /** Goes to a page that stands beside the ceremonies. */
  goTo(place: Place): void {
    if (this.place === 'run') return;
    // The last page that was pressed for is gone to as soon as the room has answered.
    this.#next = this.waiting ? place : null;
    if (this.waiting) return;
    if (place === 'home') { this.goHome(); return; }
    // What records say of devices stands below what is plugged in.
    if (place === 'devices') { this.refused = null; this.lookForDevices(); this.readLedger(this.#ledgerOf()); return; }
    this.refused = null;
    this.exported = null;
    this.opened = null;
    this.place = place;
    if (OF_LEDGER.includes(place)) this.readLedger(this.#ledgerOf());
  }

  /** Production, or rehearsals where no production ceremony ended here yet. */
  #ledgerOf(): Mode {
    if (this.#mode) return this.#mode;
    return this.home?.runs.some((run) => run.mode === 'production') ? 'production' : 'rehearsal';
  }

  /** Reads the page's lists of this mode, which the next pages are of too. */
  chooseLedger(mode: Mode): void {
    this.#mode = mode;
    if (this.waiting) this.#next = this.place;
    else this.readLedger(mode);
  }

  readLedger(mode: Mode): void {
    if (this.waiting) return;
    this.ledgerMode = mode;
    if (OF_ESTATE.includes(this.place)) {
      this.estate = null;
      void this.send({ type: 'estate', mode });
      return;
    }
    this.ledger = null;
    void this.send({ type: 'ledger', mode });
  }

  /** Has the room look whether the YubiKeys of those who signed are still there; it locks the screen where one is not. */
  watch(): void {
    if (this.waiting) return;
    this.#tells({ type: 'look' });
  }

  /** Lists what there is to choose from; a look changes nothing. */
  browse(folder: string | null): void {
    this.refused = null;
    this.#tells({ type: 'browse', folder });
  }

  calendar(folder: string): void {
    if (this.waiting) return;
    this.exported = null;
    void this.send({ type: 'calendar', folder });
  }

  read(path: string): void {
    if (this.waiting) return;
    this.readRecord = null;
    this.readEntries = [];
    void this.send({ type: 'read', path });
  }

  /** Sets the window, in the middle of a ceremony too; what was set is applied once the room has kept it. */
  set(change: Partial<Settings>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#unkept += 1;
    this.#tells({ type: 'settings', change: this.#wanted });
  }

  #apply(settings: Settings): void {
    this.settings = settings;
    document.documentElement.classList.toggle('contrast', settings.moreContrast);
    const fails = (error: unknown): void => { this.#end(String(error)); };
    invoke('zoom', { factor: settings.size / 100 }).catch(fails);
    invoke('theme', { dark: settings.theme === 'system' ? null : settings.theme === 'dark' }).catch(fails);
  }

  /** After how many minutes a ceremony locks itself; never only in rehearsals, where that is set. */
  get idleMinutes(): number | null {
    if (this.settings.idleMinutes > 0) return this.settings.idleMinutes;
    return this.mode === 'production' ? 5 : null;
  }

  showWitness(show: boolean): void {
    invoke('witness', { show }).then(() => { this.witness = show; }, (error: unknown) => { this.refused = { code: 'witness-display', happened: `The witness display could not be opened: ${String(error)}.`, unchanged: 'Nothing else changed.', todo: 'Go on without it, or look at the second monitor’s cable.', detail: null, again: true }; });
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
    this.#tells({ type: 'devices' });
  }

  /** Something came or went: what is being looked at now may not show it yet. */
  #looksOnceMore(): void {
    if (!this.#plugged || this.#looking || this.place !== 'devices') return;
    this.#plugged = false;
    this.look();
  }

  /** Everything larger or smaller, as far as the window allows; 0 is the size it began with. */
  resize(step: -1 | 0 | 1): void {
    const at = SIZES.findLastIndex((size) => size <= this.#wanted.size / 100 + 0.001);
    const next = step === 0 ? 0 : Math.min(SIZES.length - 1, Math.max(0, at + step));
    this.set({ size: Math.round((SIZES[next] ?? 1) * 100) });
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

  /** A question that comes again, because its answer was refused, keeps what was typed. */
  #asks({ id, step, ask, problem }: PromptView): void {
    const question = `${step.id}/${ask.kind}`;
    if (problem === null || question !== this.#question) this.asked = id;
    this.#question = question;
  }

  /** Between a custodian who was alone and whoever comes next, the screen says who goes and who is called. */
  #handsOver(prompt: PromptView): void {
    const { step } = prompt;
    const last = this.#last;
    if (last?.private && last.id !== step.id && prompt.begins) {
      this.handOver = { from: last.name, to: [step.actor.name, step.confirmer?.name].filter((name) => name !== undefined), alone: step.private };
    }
    this.#last = { id: step.id, name: step.actor.name, private: step.private };
  }

  #clear(): void {
    this.handOver = null;
    this.#last = null;
    this.run = null;
    this.prompt = null;
    this.progress = null;
    this.record = [];
    this.finished = null;
    this.exported = null;
  }

  #end(why: string): void {
    this.leaving = null;
    this.locking = null;
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
      case 'prompt':
        this.progress = null;
        this.place = 'run';
        this.waiting = false;
        // The room itself locked it.
        if (message.prompt.locked !== null) { this.leaving = null; this.sought = null; }
        if (this.locking !== null && message.prompt.locked === null) {
          // It was locked while the room was at work.
          void this.send({ type: 'answer', prompt: message.prompt.id, answer: { kind: 'lock', why: this.locking } });
          return;
        }
        this.locking = null;
        this.#handsOver(message.prompt);
        this.#asks(message.prompt);
        this.prompt = message.prompt;
        break;
      case 'progress': this.progress = message.progress; this.prompt = null; return;
      case 'recorded': {
        const line = message.line;
        if (!this.record.some((r) => r.seq === line.seq)) this.record = [...this.record, line];
        return;
      }
      case 'finished':
        if (this.#closes) { this.#close(); return; }
        this.leaving = null;
        this.locking = null;
        this.finished = message.finished; this.prompt = null; this.progress = null; this.place = 'finished'; break;
      case 'places': this.places = message.places; return;
      case 'ledger': this.ledger = message.ledger; break;
      case 'estate': this.estate = message.estate; break;
      case 'record':
        this.readEntries = message.record.before === 0 ? message.record.entries : [...this.readEntries, ...message.record.entries];
        this.readRecord = message.record;
        this.place = 'record';
        break;
      case 'settings':
        this.#unkept = Math.max(0, this.#unkept - 1);
        if (this.#unkept === 0) this.#wanted = message.settings;
        this.#apply(message.settings);
        return;
      case 'verified': this.verified = message.verified; this.place = 'verified'; break;
      // A look that was asked for before the page went elsewhere changes nothing there.
      case 'devices': this.devices = message.devices; this.#looking = false; this.#looksOnceMore(); return;
      case 'plugged': this.#plugged = true; this.#looksOnceMore(); return;
      case 'exported': this.exported = message.exported; break;
      case 'refused':
        this.refused = message.problem;
        this.#unkept = 0;
        this.#wanted = this.settings;
        this.needsToken = message.problem.code === 'no-token' ? this.#resuming : null;
        break;
      default: { const never: never = message; return never; }
    }
    this.waiting = false;
    const next = this.#next;
    this.#next = null;
    if (this.#unchecked && this.plan) this.#check(this.plan);
    else if (next) this.goTo(next);
  }
}

export const room = new Room();
