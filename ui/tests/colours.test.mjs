// Holds every pair of colours of app.css to WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for the edges of controls (1.4.11).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const css = readFileSync(new URL('../src/app.css', import.meta.url), 'utf8');

/** The custom properties that a block sets. */
function variables(block) {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map(([, name, hex]) => [name, hex]));
}

/** The first block after a mark. */
function block(mark, from = 0) {
  const at = css.indexOf(mark, from);
  assert.notEqual(at, -1, `app.css has no ${mark}`);
  return css.slice(at, css.indexOf('}', at));
}

const dark = css.indexOf('@media (prefers-color-scheme: dark)');
const themes = { light: variables(block(':root {')), dark: { ...variables(block(':root {')), ...variables(block(':root {', dark)) } };
themes['light rehearsal'] = { ...themes.light, ...variables(block('.rehearsal {')) };
themes['dark rehearsal'] = { ...themes.dark, ...variables(block('.rehearsal {', dark)) };

/** Relative luminance, WCAG 2.2. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const words = ['ink', 'second', 'accent', 'done', 'needs', 'refused', 'private', 'role-0', 'role-1', 'role-2', 'role-3'];
const pairs = [
  ...words.flatMap((name) => [[name, 'paper', 4.5], [name, 'wash', 4.5]]),
  ['on-accent', 'accent', 4.5], ['paper', 'ink', 4.5], ['paper', 'refused', 4.5], ['on-bar', 'bar', 4.5], ['edge', 'paper', 3], ['edge', 'wash', 3],
];

test('black on white is 21 to 1', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
});

for (const [theme, colours] of Object.entries(themes)) {
  for (const [front, back, least] of pairs) {
    test(`${theme}: ${front} on ${back} is at least ${least} to 1`, () => {
      const ratio = contrast(colours[front], colours[back]);
      assert.ok(ratio >= least, `${ratio.toFixed(2)} to 1`);
    });
  }
}

test('components name colours only by their variables', () => {
  assert.deepEqual([...new Set([...css.slice(css.indexOf('* {'), css.indexOf('@media print')).matchAll(/#[0-9a-f]{3,8}\b/gi)].map(([hex]) => hex))].filter((h) => h !== '#app'), []);
});
