/** The part of a long list that is drawn. */
export interface Slice { from: number; to: number }

/** So many rows above and below what is in sight are drawn as well. */
const BEYOND = 12;

/** Which rows of a list are drawn, of so many, each so high, scrolled down so far in a window so high; all in pixels. */
export function slice(rows: number, height: number, scrolled: number, high: number): Slice {
  const from = Math.max(0, Math.floor(scrolled / height) - BEYOND);
  const to = Math.min(rows, Math.ceil((scrolled + high) / height) + BEYOND);
  return { from: Math.min(from, rows), to: Math.max(to, Math.min(from, rows)) };
}
