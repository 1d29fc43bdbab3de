// Written by `cargo test -p protocol --features export`. Do not edit.

export type SignsWith = { 
/**
 * The number printed on it.
 */
serial: string, 
/**
 * What to do with it, and how many tries for the PIN are left, in sentences.
 */
says: string, };

export type Private = string;

export type Mode = "rehearsal" | "production";

export type Problem = { 
/**
 * Stable, lower case with hyphens, for instance `parameters-expired`. Never reused for another meaning.
 */
code: string, 
/**
 * What happened.
 */
happened: string, 
/**
 * What is unchanged.
 */
unchanged: string, 
/**
 * What to do next.
 */
todo: string, 
/**
 * Whether trying the same again can help.
 */
again: boolean, 
/**
 * The technical detail, folded away on screens; never a secret.
 */
detail: string | null, };

export type ReadAloud = { 
/**
 * The rows, first byte first.
 */
rows: Array<ReadRow>, };

export type ReadRow = { 
/**
 * Row number, from 1.
 */
number: number, 
/**
 * Upper-case hex in groups of four characters.
 */
hex: Array<string>, 
/**
 * PGP words, two-syllable and three-syllable alternating by position from the start of the value.
 */
words: Array<string>, };

export type Choice = { 
/**
 * What the answer names.
 */
id: string, 
/**
 * What the person reads.
 */
title: string, 
/**
 * One line more.
 */
note: string | null, 
/**
 * Why it cannot be chosen, where it cannot.
 */
refused: string | null, };

export type Fact = { 
/**
 * What is observed ("Check value").
 */
name: string, 
/**
 * What the script expects, where it says.
 */
expected: string | null, 
/**
 * What was observed.
 */
observed: string, 
/**
 * The verdict.
 */
verdict: Verdict, };

export type Verdict = "matches" | "differs" | "noted" | "not-provable";

export type FoundFile = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * Size in bytes.
 */
size: number, 
/**
 * When it was last changed, `2026-11-24 09:30 UTC`.
 */
changed: string, };

export type Restate = { 
/**
 * What is asked ("How many shares rebuild the key, of how many?").
 */
question: string, 
/**
 * The answer, given away in rehearsals only.
 */
hint: string | null, };

export type PinOf = { 
/**
 * The token's label.
 */
label: string, 
/**
 * The token's model and manufacturer as it reports them.
 */
model: string, 
/**
 * The token's serial number.
 */
serial: string, };

export type SharePart = "row" | "code-word";

export type ScanOffer = { 
/**
 * Endings of the files that are taken.
 */
extensions: Array<string>, 
/**
 * What the room sees on media.
 */
found: Array<FoundFile>, 
/**
 * The sheet that a rehearsal handed out as a file instead of printing it.
 */
handed: string | null, };

export type ProofView = { 
/**
 * The person's name.
 */
name: string, 
/**
 * The sentence that is signed.
 */
says: string, 
/**
 * A rehearsal's passphrase.
 */
hint: string | null, 
/**
 * The YubiKey that signs, where they have one.
 */
yubikey: SignsWith | null, };

export type ShareRow = { 
/**
 * Row number, from 1.
 */
number: number, 
/**
 * The row in groups of four characters, the last group being its check characters, separated by spaces.
 */
text: Private, };

export type SharePage = { 
/**
 * The custodian's name.
 */
custodian: string, 
/**
 * The share's number in the set, 1 to 255.
 */
index: number, 
/**
 * The set's id as printed on every sheet of the set.
 */
set: string, 
/**
 * How many there are.
 */
count: number, 
/**
 * Which of them rebuild the key, in a sentence.
 */
needs: string, 
/**
 * Whether it is a row or the code word.
 */
part: SharePart, 
/**
 * The row to write now.
 */
row: ShareRow, 
/**
 * The row after it, where there is one that is written with it.
 */
next: ShareRow | null, 
/**
 * How many rows there are.
 */
rows: number, };

export type CompareRow = { 
/**
 * Row number as shown.
 */
number: number, 
/**
 * Whether both people saw the same.
 */
same: boolean, };

export type ExceptionReport = { 
/**
 * What was expected.
 */
expected: string, 
/**
 * What happened instead.
 */
happened: string, };

export type Ask = { "kind": "begin", button: string, } | { "kind": "sign", person: string, name: string, purpose: string, button: string | null, restate: Restate | null, hint: string | null, yubikey: SignsWith | null, } | { "kind": "pin", of: PinOf, says: string, triesLeft: number | null, hint: string | null, } | { "kind": "new-secret", name: string, what: string, rule: string, hint: string | null, } | { "kind": "choose", question: string, choices: Array<Choice>, } | { "kind": "text", question: string, example: string, suggested: string | null, } | { "kind": "file", question: string, extensions: Array<string>, found: Array<FoundFile>, } | { "kind": "folder", question: string, found: Array<string>, writes: Array<string>, } | { "kind": "compare", person: string, name: string, what: string, against: string, value: ReadAloud, } | { "kind": "show-share", page: SharePage, } | { "kind": "enter-share", custodian: string, index: number | null, set: string, part: SharePart, row: number, rows: number, atOnce: number, columns: number, scan: ScanOffer | null, } | { "kind": "observe", facts: Array<Fact>, button: string, done: boolean, } | { "kind": "decide", question: string, choices: Array<Choice>, } | { "kind": "agree", person: string, name: string, summary: Array<string>, hint: string | null, yubikey: SignsWith | null, };

export type Answer = { "kind": "go" } | { "kind": "back" } | { "kind": "signature", passphrase: Private, restated: string | null, } | { "kind": "secret", text: Private, } | { "kind": "rows", rows: Array<Private>, } | { "kind": "signed", answer: Answer, passphrase: Private, } | { "kind": "chosen", id: string, } | { "kind": "text", text: string, } | { "kind": "path", path: string, } | { "kind": "compared", rows: Array<CompareRow>, } | { "kind": "decided", id: string, reason: string, } | { "kind": "agreement", agrees: boolean, reason: string | null, passphrase: Private, } | { "kind": "exception", report: ExceptionReport, } | { "kind": "lock", why: LockedBy, } | { "kind": "stop" };

export type PersonView = { 
/**
 * The person's id in the roster.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * The role they act in.
 */
role: string, 
/**
 * The role's title.
 */
roleTitle: string, 
/**
 * The role's place in the script, from 0: the page gives each place a shape and a colour.
 */
mark: number, };

export type StepState = "ahead" | "now" | "done";

export type StepOutline = { 
/**
 * The step's id, unique in the run.
 */
id: string, 
/**
 * Its number in the run, from 1.
 */
number: number, 
/**
 * The imperative sentence.
 */
say: string, 
/**
 * Why, one line.
 */
why: string, 
/**
 * Who acts (role title or name).
 */
actor: string, 
/**
 * Who confirms.
 */
confirmer: string | null, 
/**
 * What is read aloud and asked, where the step has something recorded that its script declares.
 */
asks: Array<string>, 
/**
 * Whether it can be taken back.
 */
irreversible: boolean, 
/**
 * Estimated seconds.
 */
seconds: number, 
/**
 * Where it stands.
 */
state: StepState, };

export type ActView = { 
/**
 * Its title.
 */
title: string, 
/**
 * Its steps.
 */
steps: Array<StepOutline>, };

export type RoleView = { 
/**
 * The role's name in the script.
 */
role: string, 
/**
 * What a person reads.
 */
title: string, 
/**
 * What it does.
 */
duty: string, 
/**
 * Who fills it.
 */
people: Array<PersonView>, 
/**
 * Roles that may not be filled by the same person.
 */
apartFrom: Array<string>, };

export type ParameterView = { 
/**
 * Its name in the script.
 */
name: string, 
/**
 * What a person reads.
 */
title: string, 
/**
 * What it decides.
 */
help: string, 
/**
 * The value it would be played with.
 */
value: string, 
/**
 * The values it may have; empty where it is a number or free text.
 */
choices: Array<Choice>, 
/**
 * Smallest number, where it is one.
 */
least: number | null, 
/**
 * Largest number, where it is one.
 */
most: number | null, };

export type ObligationView = { 
/**
 * Its id, `share-3-read-back`.
 */
id: string, 
/**
 * What is owed, one sentence.
 */
says: string, 
/**
 * Which step closes it.
 */
closedBy: string | null, };

export type StepView = { 
/**
 * The step's id.
 */
id: string, 
/**
 * The act's title.
 */
act: string, 
/**
 * The step's number, from 1.
 */
number: number, 
/**
 * Of how many.
 */
of: number, 
/**
 * Who acts.
 */
actor: PersonView, 
/**
 * Who confirms.
 */
confirmer: PersonView | null, 
/**
 * The imperative sentence.
 */
say: string, 
/**
 * Why, one line.
 */
why: string, 
/**
 * What should be seen.
 */
expect: string | null, 
/**
 * What to do if it is not.
 */
otherwise: string | null, 
/**
 * Whether it can be taken back.
 */
irreversible: boolean, 
/**
 * Whether only the actor may look: the room is cleared, the witness display is blank.
 */
private: boolean, 
/**
 * Estimated seconds.
 */
seconds: number, };

export type PracticeView = { 
/**
 * What it is, in sentences.
 */
says: string, 
/**
 * What to answer with, where that is a text: a path, a choice's title, a row of a sheet.
 */
text: Private | null, 
/**
 * The paper that a value is compared with, row by row; it may differ from what is shown.
 */
slip: Array<ReadRow>, };

export type Theme = "system" | "light" | "dark";

export type Dates = "en-GB" | "en-US" | "de" | "es" | "fr";

export type Settings = { 
/**
 * How large everything is, in per cent: 100 to 250.
 */
size: number, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Whether lines and second words are as dark as text, whatever the desktop says.
 */
moreContrast: boolean, 
/**
 * After how many minutes without a key or a move a ceremony locks itself, 1 to [`LONGEST_IDLE`]; 0 is never, in rehearsals
 * alone.
 */
idleMinutes: number, 
/**
 * In which language the window says days beside their numbers. Settings that were kept before there was a choice have none.
 */
dates: Dates, };

export type LockedBy = "hand" | "idle" | "yubikey";

export type LockView = { 
/**
 * Why it was locked.
 */
why: LockedBy, 
/**
 * Since when, `2026-11-24 09:30 UTC`.
 */
since: string, 
/**
 * Names of those who sign for it to be unlocked.
 */
unlock: Array<string>, };

export type RoundView = { 
/**
 * Names of those who have answered already.
 */
done: Array<string>, 
/**
 * Names of those who are asked afterwards.
 */
ahead: Array<string>, };

export type StopView = { 
/**
 * The number of the step with which the ceremony would go on.
 */
goesOnAt: number, 
/**
 * What that step does.
 */
goesOnWith: string, 
/**
 * How many finished steps would have to be done again.
 */
again: number, 
/**
 * Whether shares were handed out in them: their sheets would be void.
 */
sheets: boolean, 
/**
 * The number of the nearest later step after which nothing would have to be done again; none where there is none near.
 */
safeAfter: number | null, };

export type PromptView = { 
/**
 * Which question of this room; an answer names it, so a late answer to an earlier question is refused.
 */
id: number, 
/**
 * `step-id/kind`, or `step-id/kind/n` where a step asks the same kind again: what an answers file names.
 */
key: string, 
/**
 * The step.
 */
step: StepView, 
/**
 * The question.
 */
ask: Ask, 
/**
 * Whether it is the first question of the step: people are told where they are.
 */
begins: boolean, 
/**
 * Who signs the answer with it.
 */
signs: ProofView | null, 
/**
 * Serial numbers of the YubiKeys that signed for this step: where one that was plugged in is pulled meanwhile, the screen
 * is locked. None where somebody else is asked to sign, who may need its place.
 */
watches: Array<number>, 
/**
 * That the screen is locked, and this question unlocks it.
 */
locked: LockView | null, 
/**
 * Whose turn it is among everyone, where everyone is asked.
 */
round: RoundView | null, 
/**
 * Why the last answer was not taken.
 */
problem: Problem | null, 
/**
 * What was made for practice, in a rehearsal that was begun so.
 */
practice: PracticeView | null, 
/**
 * What it would mean to stop here.
 */
stop: StopView, };

export type ProgressView = { 
/**
 * What is being done, "Making an RSA-4096 key in the token".
 */
doing: string, 
/**
 * Whole seconds since it began.
 */
elapsed: number, 
/**
 * How long it usually takes, in words.
 */
usual: string, 
/**
 * What must not be done meanwhile.
 */
keep: string, };

export type RecordLine = { 
/**
 * The entry's sequence number.
 */
seq: number, 
/**
 * `09:31:07`, UTC.
 */
at: string, 
/**
 * One sentence.
 */
says: string, 
/**
 * The first eight hex characters of the chain after it.
 */
chain: string, 
/**
 * Whether it tells of something that went otherwise than the script.
 */
departs: boolean, };

export type RunState = "open" | "closed" | "abandoned" | "damaged";

export type RunCard = { 
/**
 * The run's id.
 */
run: string, 
/**
 * The script's name; none where it cannot be read.
 */
script: string | null, 
/**
 * The script's title.
 */
title: string, 
/**
 * Rehearsal or production.
 */
mode: Mode, 
/**
 * When it began, UTC, ISO 8601.
 */
begun: string, 
/**
 * Where it stands.
 */
state: RunState, 
/**
 * "step 7 of 23: Wrap the master key for AWS KMS", or what went wrong when it was read.
 */
stands: string, 
/**
 * The evidence pack's folder, once closed.
 */
pack: string | null, 
/**
 * The day until which its pack is to be kept (45 CFR 164.316(b)(2)(i)), counted from the last entry; none while it is open.
 */
keptUntil: string | null, };

export type ScriptCard = { 
/**
 * The name a person gives on the command line, `byok-aws`.
 */
name: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What it is for, one or two sentences.
 */
purpose: string, 
/**
 * Estimated minutes, from the steps.
 */
minutes: number, 
/**
 * How many people it needs with the parameters' defaults.
 */
people: number, };

export type DueCard = { 
/**
 * Its id, the same as in `coffer dues`.
 */
id: string, 
/**
 * What has to be done, in a sentence.
 */
says: string, 
/**
 * The day by which, `2027-10-01`; none where nothing says one.
 */
by: string | null, 
/**
 * How many days are left; negative where the day has passed.
 */
days: number | null, 
/**
 * The ceremony that settles it, by the script's name, where one ships that does.
 */
script: string | null, 
/**
 * The day on which it was settled, where it was.
 */
settled: string | null, 
/**
 * Rehearsal or production.
 */
mode: Mode, };

export type KeyCard = { 
/**
 * Its check value.
 */
checkValue: string, 
/**
 * Its label in the token that it was made in, where a record says it.
 */
label: string | null, 
/**
 * The kind of key.
 */
spec: string | null, 
/**
 * Its state (SP 800-57 Part 1 Rev. 5), in words.
 */
state: string, 
/**
 * The day it was made or first named.
 */
since: string, 
/**
 * The day until which it may protect data.
 */
protectsUntil: string | null, 
/**
 * How many copies of it the records know that may still be there.
 */
copies: number, 
/**
 * Rehearsal or production.
 */
mode: Mode, };

export type CopyCard = { 
/**
 * What and where it is, and what became of it, in a sentence.
 */
says: string, 
/**
 * Whether it may still open the key.
 */
mayBeThere: boolean, };

export type KeyStory = { 
/**
 * What stands in the list.
 */
card: KeyCard, 
/**
 * Facts of it, name and value, such as its strength in bits or the system that it is for.
 */
facts: Array<[string, string]>, 
/**
 * What it became, oldest first: the day, the state, and the run.
 */
states: Array<[string, string, string]>, 
/**
 * Every copy.
 */
copies: Array<CopyCard>, 
/**
 * What providers hold of it, one sentence each.
 */
clouds: Array<string>, 
/**
 * Ids of what is due for it.
 */
dues: Array<string>, 
/**
 * The set of shares that opens its backup, where one does.
 */
set: string | null, 
/**
 * The ceremonies whose records tell of it.
 */
runs: Array<string>, };

export type SheetCard = { 
/**
 * The share's number.
 */
share: number, 
/**
 * Who took it last.
 */
holder: string | null, 
/**
 * Where it is kept.
 */
place: string, 
/**
 * The bag that it is in, or was in last.
 */
bag: string | null, 
/**
 * How the seal was found.
 */
seal: string | null, 
/**
 * What became of it.
 */
state: string, 
/**
 * Whether it can still be brought.
 */
canBeBrought: boolean, 
/**
 * Since when, a day.
 */
since: string, };

export type StakeCard = { 
/**
 * The place or the person.
 */
name: string, 
/**
 * The shares there that can be brought.
 */
shares: Array<number>, 
/**
 * Whether they alone rebuild the key.
 */
opensAlone: boolean, 
/**
 * Whether the others still rebuild it once these are lost.
 */
othersOpen: boolean, };

export type SetCard = { 
/**
 * As printed on its sheets.
 */
set: string, 
/**
 * What it opens.
 */
key: string, 
/**
 * What became of it.
 */
state: string, 
/**
 * How it is dealt ("3 of 5").
 */
dealt: string, 
/**
 * The day by which the next drill is due, where one was held.
 */
nextDrill: string | null, 
/**
 * Its sheets, by share.
 */
sheets: Array<SheetCard>, 
/**
 * Whether the sheets that nobody says are gone can rebuild the key; none where the records do not say how it was dealt.
 */
opens: boolean | null, 
/**
 * The places, with what each means.
 */
places: Array<StakeCard>, 
/**
 * The people, with what each means.
 */
holders: Array<StakeCard>, };

export type PersonCard = { 
/**
 * Their id in rosters.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * Their role.
 */
role: string, 
/**
 * Since when, a day.
 */
since: string, 
/**
 * The day on which they left, where they did.
 */
left: string | null, 
/**
 * What they hold: the set and the share's number.
 */
holds: Array<[string, number]>, };

export type LedgerView = { 
/**
 * Of rehearsals or of production.
 */
mode: Mode, 
/**
 * The day in UTC that days are counted from, `2026-11-24`.
 */
today: string, 
/**
 * Each key with its story, oldest first.
 */
keys: Array<KeyStory>, 
/**
 * Each set of shares, oldest first.
 */
sets: Array<SetCard>, 
/**
 * Everybody whom a ceremony enrolled.
 */
people: Array<PersonCard>, 
/**
 * Tokens and YubiKeys that records name, one sentence each.
 */
devices: Array<string>, 
/**
 * Media that records name, one sentence each.
 */
media: Array<string>, 
/**
 * Refused passphrases and PINs, one sentence each.
 */
refused: Array<string>, 
/**
 * What is due, overdue first, and what was settled.
 */
dues: Array<DueCard>, 
/**
 * Drills that are due or were never held, one sentence each.
 */
drills: Array<string>, 
/**
 * What cannot have happened as the records have it.
 */
contradictions: Array<string>, };

export type CoverageCard = { 
/**
 * `all`, `vendor`, `custody` or `data`.
 */
by: string, 
/**
 * The vendor, model or class; empty for all.
 */
name: string, 
/**
 * All of them.
 */
systems: number, 
/**
 * Those that hold ePHI; the counts that follow add up to it.
 */
withEphi: number, 
/**
 * Encryption verified, and the key known here.
 */
covered: number, 
/**
 * Encryption verified, and the key not known here.
 */
verifiedNotCovered: number, 
/**
 * Encrypted by somebody's word.
 */
said: number, 
/**
 * Nobody knows.
 */
unknown: number, 
/**
 * Not encrypted.
 */
unencrypted: number, };

export type SystemCard = { 
/**
 * What it is called in the inventory.
 */
id: string, 
/**
 * What it is.
 */
name: string, 
/**
 * Whose it is; `none` where it is the house's own.
 */
vendor: string, 
/**
 * `ephi` and so on.
 */
data: string, 
/**
 * `verified` and so on.
 */
encryption: string, 
/**
 * `byok` and so on.
 */
custody: string, 
/**
 * Its key: the check value, and its label and state where the register has it.
 */
key: [string, string] | null, 
/**
 * Whether it counts as covered.
 */
covered: boolean, 
/**
 * Whether its key lies where its data is.
 */
keyWithData: boolean, 
/**
 * What its evidence lacks, by column.
 */
lacks: Array<string>, 
/**
 * Everything that its row says, by column.
 */
row: Array<[string, string]>, 
/**
 * The day on which it was changed last, and the run whose record has that.
 */
changed: [string, string], };

export type AgreementCard = { 
/**
 * What it is called.
 */
id: string, 
/**
 * With whom it is.
 */
party: string, 
/**
 * Whether it counts today.
 */
current: boolean, 
/**
 * When it ends, if it does, and how many days are left.
 */
ends: [string, number] | null, 
/**
 * Everything that its row says, by column.
 */
row: Array<[string, string]>, 
/**
 * The day on which it was changed last, and the run whose record has that.
 */
changed: [string, string], };

export type PolicyCard = { 
/**
 * What it is called.
 */
id: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Whether it is in effect today.
 */
inEffect: boolean, 
/**
 * When it is looked at again.
 */
review: string, 
/**
 * Scripts whose newest approval follows it as it is now.
 */
followedBy: Array<string>, 
/**
 * Everything that its row says, by column.
 */
row: Array<[string, string]>, 
/**
 * The day on which it was changed last, and the run whose record has that.
 */
changed: [string, string], };

export type SafeguardCard = { 
/**
 * `164.312(a)(2)(iv)`.
 */
citation: string, 
/**
 * Its name in the rule.
 */
name: string, 
/**
 * `standard`, `required` or `addressable`.
 */
sort: string, 
/**
 * What was decided, in the register's word.
 */
decision: string, 
/**
 * Whether nobody decided it and somebody has to.
 */
open: boolean, 
/**
 * Everything that its row says, by column.
 */
row: Array<[string, string]>, };

export type IncidentCard = { 
/**
 * What it is called.
 */
id: string, 
/**
 * When it was discovered.
 */
found: string, 
/**
 * The sixtieth day after that, and how many days are left to it.
 */
sixtieth: [string, number] | null, 
/**
 * What was decided.
 */
decision: string, 
/**
 * Everything that its record says.
 */
row: Array<[string, string]>, 
/**
 * The day on which it was weighed last, and the run whose record has that.
 */
changed: [string, string], };

export type RetainedCard = { 
/**
 * `policy`, `agreement` or `incident`.
 */
kind: string, 
/**
 * What it is called.
 */
id: string, 
/**
 * The day until which it is to be kept; none while it is in effect.
 */
until: string | null, 
/**
 * Whether that day has passed.
 */
mayGo: boolean, };

export type FlowView = { 
/**
 * A picture of its own (SVG 1.1), with every text escaped.
 */
svg: string, 
/**
 * Each way of a key: from where, what happens, to where.
 */
table: Array<[string, string, string]>, };

export type EstateView = { 
/**
 * Of rehearsals or of production.
 */
mode: Mode, 
/**
 * The day in UTC that days are counted from, `2026-11-24`.
 */
today: string, 
/**
 * How many systems are covered: in all first, then by vendor, custody model and data class.
 */
coverage: Array<CoverageCard>, 
/**
 * Systems, by id; of very many the first.
 */
systems: Array<SystemCard>, 
/**
 * How many systems are not among them.
 */
moreSystems: number, 
/**
 * Agreements, by id.
 */
agreements: Array<AgreementCard>, 
/**
 * Policies, by id.
 */
policies: Array<PolicyCard>, 
/**
 * Every standard and specification, in the order of the rule, with what was decided.
 */
safeguards: Array<SafeguardCard>, 
/**
 * Incidents that were weighed.
 */
incidents: Array<IncidentCard>, 
/**
 * Until when what is over is to be kept.
 */
retention: Array<RetainedCard>, 
/**
 * Where keys are made, backed up, brought and used.
 */
flow: FlowView, 
/**
 * What cannot have happened as the records have it.
 */
contradictions: Array<string>, };

export type PlaceView = { 
/**
 * Its whole path.
 */
path: string, 
/**
 * Its name, or for a pack the ceremony that left it.
 */
name: string, 
/**
 * Whether it can be opened further.
 */
folder: boolean, 
/**
 * Size and day of a file, the day of a pack.
 */
note: string, };

export type PlacesView = { 
/**
 * The folder; none for the list of media.
 */
folder: string | null, 
/**
 * The folder above it, where that is still on the medium.
 */
above: string | null, 
/**
 * What is in it, folders first, by name.
 */
entries: Array<PlaceView>, 
/**
 * How many more there are than can be listed.
 */
leftOut: number, };

export type EntryView = { 
/**
 * Its number, from 1.
 */
seq: number, 
/**
 * `2026-11-24 09:31:07`, UTC, as the workstation's clock had it.
 */
at: string, 
/**
 * What kind of entry it is, in words.
 */
kind: string, 
/**
 * The step's id, where it belongs to one.
 */
step: string | null, 
/**
 * What the step does, where the script lies beside the record.
 */
says: string, 
/**
 * The actor's role, and the confirmer's.
 */
by: string, 
/**
 * What it states, name and value; a long value is cut.
 */
facts: Array<[string, string]>, 
/**
 * The first eight digits of the chain after it.
 */
chain: string, 
/**
 * Whether it tells of something that went otherwise than the script.
 */
departs: boolean, };

export type RecordView = { 
/**
 * The file or folder that it was read from.
 */
path: string, 
/**
 * The ceremony's title where its script lies beside it, and else the script's name.
 */
title: string, 
/**
 * Rehearsal or production, as its first entry says.
 */
mode: Mode | null, 
/**
 * Why not all of it could be read, in a sentence.
 */
broken: string | null, 
/**
 * How many entries there are in all that could be read.
 */
total: number, 
/**
 * How many came before these.
 */
before: number, 
/**
 * These entries.
 */
entries: Array<EntryView>, };

export type TaskState = "ready" | "to-do" | "unseen";

export type TaskView = { 
/**
 * What it is about, in a few words; the same for every ceremony.
 */
title: string, 
/**
 * How it stands.
 */
state: TaskState, 
/**
 * What was seen, and what to do where something is to be done.
 */
says: string, 
/**
 * The ceremony that does it, by the script's name, where one does.
 */
script: string | null, };

export type HomeView = { 
/**
 * Ceremonies that can be played.
 */
scripts: Array<ScriptCard>, 
/**
 * Ceremonies begun or closed on this workstation, newest first.
 */
runs: Array<RunCard>, 
/**
 * What is due by the records of production ceremonies here, or of rehearsals where there are none: overdue ones first.
 */
due: Array<DueCard>, 
/**
 * The keys that those records know, oldest first.
 */
keys: Array<KeyCard>, 
/**
 * What this machine should mend before a production ceremony (swap on, an interface up), one sentence each.
 */
warnings: Array<string>, 
/**
 * Where rehearsals are kept.
 */
stateFolder: string, };

export type ReviewView = { 
/**
 * The script's name.
 */
name: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What it is for.
 */
purpose: string, 
/**
 * SHA-256 of the script file.
 */
hash: ReadAloud, 
/**
 * Its parameters with the values it would be played with.
 */
parameters: Array<ParameterView>, 
/**
 * The rosters that the window may choose from; empty in a terminal, where one is named.
 */
rosters: Array<Choice>, 
/**
 * Its roles and who fills them.
 */
roles: Array<RoleView>, 
/**
 * Acts and steps.
 */
acts: Array<ActView>, 
/**
 * What has to lie on the table: devices, sheets, media.
 */
materials: Array<string>, 
/**
 * What the online team fetches before the day, in words and commands, several lines; none where nothing comes in
 * from a cloud.
 */
toFetch: string | null, 
/**
 * What it leaves behind.
 */
makes: Array<string>, 
/**
 * Estimated minutes.
 */
minutes: number, 
/**
 * Why it cannot be played like this; empty when it can.
 */
problems: Array<Problem>, 
/**
 * What is to be seen to before the day; empty where it cannot be played, and in a terminal.
 */
tasks: Array<TaskView>, 
/**
 * What will be true of every run, said before the day ("Shamir runs in locked host memory").
 */
notices: Array<string>, };

export type RunView = { 
/**
 * The run's id.
 */
run: string, 
/**
 * The script's title.
 */
title: string, 
/**
 * Rehearsal or production.
 */
mode: Mode, 
/**
 * The script's hash: first four words, for recognition; the full hash is compared in Review.
 */
hashWords: Array<string>, 
/**
 * Acts and steps with where they stand.
 */
acts: Array<ActView>, 
/**
 * What is still open.
 */
obligations: Array<ObligationView>, 
/**
 * Until when the cloud's wrapping key may be used, ISO 8601 UTC, once known.
 */
deadline: string | null, 
/**
 * How many entries the transcript has.
 */
entries: number, };

export type VerifyLine = { 
/**
 * Whether it holds.
 */
holds: boolean, 
/**
 * What was checked and found, one sentence; on failure it names the entry or file.
 */
says: string, };

export type VerifyView = { 
/**
 * What was looked at.
 */
path: string, 
/**
 * Rehearsal or production, as the header says.
 */
mode: Mode | null, 
/**
 * Whether everything that was checked holds.
 */
holds: boolean, 
/**
 * SHA-256 (64 lower-case hex digits) of the public key that signed all of it, DER `SubjectPublicKeyInfo`; none where
 * nothing is signed, or more than one key signed.
 */
signer: string | null, 
/**
 * Whether that is the key which the reader named.
 */
signerNamed: boolean, 
/**
 * What was checked, one line each.
 */
lines: Array<VerifyLine>, 
/**
 * What could not be checked here, and how to.
 */
notChecked: Array<string>, };

export type FinishedView = { 
/**
 * The run's id.
 */
run: string, 
/**
 * The script's title.
 */
title: string, 
/**
 * Rehearsal or production.
 */
mode: Mode, 
/**
 * How it ended.
 */
state: RunState, 
/**
 * The evidence pack's folder.
 */
pack: string | null, 
/**
 * What was made, as facts.
 */
made: Array<Fact>, 
/**
 * The transcript's signed head.
 */
head: ReadAloud | null, 
/**
 * What has to happen next, and by whom.
 */
next: Array<string>, 
/**
 * The verifier's findings on the pack just written.
 */
verified: VerifyView | null, };

export type DeviceCard = { 
/**
 * "HSM token", "YubiKey".
 */
kind: string, 
/**
 * Its name or model, as it says.
 */
name: string, 
/**
 * Its serial number, as it says.
 */
serial: string, 
/**
 * Firmware, module, form factor and the like.
 */
facts: Array<Fact>, 
/**
 * Its PKCS#11 address (RFC 7512), where it has one: what `token` in Review takes.
 */
uri: string | null, 
/**
 * What it must not be trusted with, or what has to be done first; one sentence each.
 */
cautions: Array<string>, };

export type DevicesView = { 
/**
 * Tokens and YubiKeys.
 */
devices: Array<DeviceCard>, 
/**
 * What could not be looked at, and what to do, one sentence each.
 */
notes: Array<string>, };

export type ExportedView = { 
/**
 * Where it lies now.
 */
path: string, 
/**
 * How many files were written and re-read.
 */
files: number, };

export type FromRoom = { "type": "hello", protocol: number, version: string, } | { "type": "home", home: HomeView, } | { "type": "review", review: ReviewView, } | { "type": "run", run: RunView, } | { "type": "prompt", prompt: PromptView, } | { "type": "progress", progress: ProgressView, } | { "type": "recorded", line: RecordLine, } | { "type": "finished", finished: FinishedView, } | { "type": "devices", devices: DevicesView, } | { "type": "plugged" } | { "type": "verified", verified: VerifyView, } | { "type": "ledger", ledger: LedgerView, } | { "type": "estate", estate: EstateView, } | { "type": "record", record: RecordView, } | { "type": "places", places: PlacesView, } | { "type": "settings", settings: Settings, } | { "type": "exported", exported: ExportedView, } | { "type": "refused", problem: Problem, };

export type ToRoom = { "type": "home" } | { "type": "review", script: string, mode: Mode, parameters: { [key in string]: string }, roster: string | null, } | { "type": "start", script: string, mode: Mode, parameters: { [key in string]: string }, 
/**
 * One of [`ReviewView::rosters`] by its id; the fictional one in a rehearsal when absent, and else the one
 * enrolled last.
 */
roster: string | null, 
/**
 * PKCS#11 URI (RFC 7512) of a listed device, or of one in a module that the room lists; the embedded token in a
 * rehearsal when absent.
 */
token: string | null, } | { "type": "practise", script: string, parameters: { [key in string]: string }, roster: string | null, } | { "type": "resume", run: string, token: string | null, } | { "type": "answer", prompt: bigint, answer: Answer, } | { "type": "devices" } | { "type": "again" } | { "type": "verify", path: string, 
/**
 * The fingerprint of the signer that it has to be: 64 hex digits, spaces and colons between them do not count.
 */
signer: string | null, } | { "type": "papers", script: string, mode: Mode, parameters: { [key in string]: string }, roster: string | null, folder: string, 
/**
 * On US Letter instead of A4.
 */
letter: boolean, } | { "type": "ledger", mode: Mode, } | { "type": "estate", mode: Mode, } | { "type": "calendar", folder: string, } | { "type": "read", path: string, } | { "type": "browse", folder: string | null, } | { "type": "look" } | { "type": "settings", change: Settings | null, } | { "type": "export", run: string, folder: string, };
