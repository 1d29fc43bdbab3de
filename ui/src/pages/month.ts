/** A day of a month's page. */
export interface Day { number: number; iso: string }
/** A month as a page of a calendar: weeks from Monday, with nothing where a day is of another month. */
export interface Month { title: string; weeks: (Day | null)[][] }

/** The month so many months after the one that a day (`2026-11-24`) is in, with its name in a language. */
export function monthOf(today: string, ahead: number, language: string): Month {
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
  return { title: first.toLocaleDateString(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }), weeks };
}

/** The days of a week from Monday, short for a column's head and whole for who hears it. */
export function weekdays(language: string): { short: string; long: string }[] {
  // The fifth of January 1970 was a Monday.
  const days = Array.from({ length: 7 }, (_, n) => new Date(Date.UTC(1970, 0, 5 + n)));
  const name = (day: Date, weekday: 'short' | 'long'): string => day.toLocaleDateString(language, { weekday, timeZone: 'UTC' });
  return days.map((day) => ({ short: name(day, 'short'), long: name(day, 'long') }));
}
