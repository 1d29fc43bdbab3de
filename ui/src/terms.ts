/** A word that is used at the table, and what it means here. */
export interface Word { word: string; means: string }

/** A cell of the page without its marks: code, stress and links. */
function plain(cell: string): string {
  return cell.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
}

/** The words of a page of Markdown whose table has two columns. */
export function words(page: string): Word[] {
  const rows = page.split('\n').map((line) => /^\| (.+?) \| (.+) \|$/.exec(line));
  const cells = rows.flatMap((row) => (row?.[1] && row[2] ? [{ word: plain(row[1]), means: plain(row[2]) }] : []));
  return cells.filter(({ word }) => word !== 'Word' && !word.startsWith('--'));
}

/** Those that fit what somebody looks for: words that begin with it come first, then those that have it, then meanings. */
export function fitting(all: readonly Word[], sought: string): Word[] {
  const text = sought.trim().toLowerCase();
  if (!text) return [...all];
  const rank = ({ word, means }: Word): number => {
    const low = word.toLowerCase();
    return low.startsWith(text) ? 0 : low.includes(text) ? 1 : means.toLowerCase().includes(text) ? 2 : 3;
  };
  return all.filter((w) => rank(w) < 3).sort((a, b) => rank(a) - rank(b));
}
