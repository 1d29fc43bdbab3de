/** A day of a month's page. */
export interface Day { number: number; iso: string }
/** A month as a page of a calendar: weeks from Monday, with nothing where a day is of another month. */
export interface Month { title: string; weeks: (Day | null)[][] }

const NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

/** The month so many months after the one that a day (`2026-11-24`) is in. */
export function monthOf(today: string, ahead: number): Month {
  const [year = 1970, month = 1] = today.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + ahead, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const before = (first.getUTCDay() + 6) % 7;
  const stem = first.toISOString().slice(0, 8);
  const all: (Day | null)[] = [
    ...Array.from({ length: before }, () => null),
    ...Array.from({ length: days }, (_, n) => ({ number: n + 1, iso: `${stem}${String(n + 1).padStart(2, '0')}` })),
  ];
  while (all.length % 7) all.push(null);
  const weeks = Array.from({ length: all.length / 7 }, (_, n) => all.slice(n * 7, n * 7 + 7));
  return { title: `${NAMES[first.getUTCMonth()] ?? ''} ${first.getUTCFullYear()}`, weeks };
}
