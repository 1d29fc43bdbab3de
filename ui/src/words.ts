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
