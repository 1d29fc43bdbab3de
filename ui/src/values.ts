/** A value cut where it may go on in the next line, and nowhere else. */
export interface Piece { text: string; group: boolean }

/**
 * Digests and check values come in groups of four digits, after what sort of value they are; names and addresses may break
 * after their own marks. The text is the same when it is copied: groups are set apart by space that is drawn, not typed.
 */
export function pieces(value: string): Piece[] {
  const digest = /^([a-z][a-z0-9-]*:)?([0-9a-f]{16,})$/i.exec(value);
  if (digest) {
    const groups = digest[2]?.match(/.{1,4}/g) ?? [];
    return [...(digest[1] ? [{ text: digest[1], group: true }] : []), ...groups.map((text) => ({ text, group: true }))];
  }
  // What fits into a line as it is, is left as it is.
  if (value.length <= 24) return value ? [{ text: value, group: false }] : [];
  return (value.match(/[^:/,;@=\s]+[:/,;@=\s]*|[:/,;@=\s]+/g) ?? []).map((text) => ({ text, group: false }));
}
