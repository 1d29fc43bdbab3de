/**
 * A picture that the room drew (SVG), as elements. The page's policy lets no text become markup, so that it is read here, and
 * nothing but shapes and text is made of it: no script, no style, no link, no picture from elsewhere.
 */
const SVG = 'http://www.w3.org/2000/svg';
const TAGS: readonly string[] = ['svg', 'g', 'path', 'rect', 'circle', 'text', 'title', 'desc'];
const ATTRIBUTES: readonly string[] = [
  'x', 'y', 'width', 'height', 'cx', 'cy', 'r', 'd', 'viewBox', 'role', 'direction', 'text-anchor', 'font-family', 'font-size', 'font-weight', 'color', 'fill', 'stroke', 'stroke-width', 'stroke-linecap',
  'stroke-linejoin', 'stroke-dasharray', 'overflow', 'pointer-events',
];
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(parseInt(name.slice(1), 10));
    return ENTITIES[name] ?? whole;
  });
}

/** The parts of a picture: an opening tag with its attributes, a closing tag, or text. What is not known is left out. */
export type Part = { open: string; attributes: [string, string][]; ends: boolean } | { close: true } | { text: string };

export function parts(svg: string): Part[] {
  const found: Part[] = [];
  for (const [whole, tag] of svg.matchAll(/<([^>]*)>|[^<]+/g)) {
    if (tag === undefined) { found.push({ text: plain(whole) }); continue; }
    if (tag.startsWith('/')) { found.push({ close: true }); continue; }
    const name = /^[A-Za-z]+/.exec(tag)?.[0] ?? '';
    const attributes = [...tag.matchAll(/([A-Za-z:-]+)="([^"]*)"/g)]
      .map(([, key = '', value = '']): [string, string] => [key, plain(value)])
      .filter(([key, value]) => ATTRIBUTES.includes(key) && !/url\s*\(/i.test(value));
    found.push({ open: TAGS.includes(name) ? name : 'g', attributes, ends: tag.endsWith('/') });
  }
  return found;
}

/** Puts the picture into an element, in place of what was there. */
export function draw(into: Element, svg: string): void {
  into.replaceChildren();
  let at: Element = into;
  for (const part of parts(svg)) {
    if ('text' in part) at.append(part.text);
    else if ('close' in part) at = at === into ? into : (at.parentElement ?? into);
    else {
      const made = document.createElementNS(SVG, part.open);
      for (const [key, value] of part.attributes) made.setAttribute(key, value);
      at.append(made);
      if (!part.ends) at = made;
    }
  }
}
