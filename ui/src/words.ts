import type { DueCard, Verdict } from './protocol';

/** So many rows of a long list are drawn at first, and so many more at each press. */
export const ROWS = 50;

/** How many there are, in words that fit the number: 1 file, 3 files. */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** How long it is until a deadline (ISO 8601), as what it does; null where there is none. */
export function until(deadline: string | null, now: number): string | null {
  const seconds = Math.floor((Date.parse(deadline ?? '') - now) / 1000);
  if (Number.isNaN(seconds)) return null;
  return seconds <= 0 ? 'has expired' : `expires in ${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** How near a day is, with a word and a mark beside the colour. */
export function dueIn({ days, by, settled }: DueCard): { state: string; mark: string; says: string } {
  if (settled !== null) return { state: 'done', mark: '✓', says: `Settled on ${settled}` };
  if (days === null || by === null) return { state: 'second', mark: '○', says: 'No day is set' };
  if (days < 0) return { state: 'bad', mark: '✕', says: `Overdue since ${by}` };
  if (days <= 30) return { state: 'needs', mark: '!', says: days === 0 ? `Due today, ${by}` : `Due in ${count(days, 'day', 'days')}, ${by}` };
  return { state: 'second', mark: '○', says: `Due on ${by}` };
}

/** A verdict's tone, mark and word: never by colour alone. */
export const VERDICTS: Record<Verdict, [string, string, string]> = {
  matches: ['done', '✓', 'Matches'], differs: ['bad', '✕', 'Differs'],
  noted: ['second', '–', 'Noted'], 'not-provable': ['needs', '!', 'Cannot be shown here'],
};

/** What a column of a register is called on the screen: its name in the table without hyphens. */
export function columnInWords(column: string): string {
  if (column === 'sha256') return 'SHA-256';
  return (column.charAt(0).toUpperCase() + column.slice(1)).replaceAll('-', ' ');
}

/** A day (`2026-11-24`) in words: "24 November 2026". What is no day is given back as it is. */
export function inWords(iso: string, language: string): string {
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? iso : day.toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' });
}
