// A month as a calendar shows it, and the part of a long list that is drawn.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/pages/month.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { monthOf, weekdays } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

test('a month begins on its own day and has all of its days', () => {
  const month = monthOf('2026-11-30', 0, 'en-GB');
  assert.equal(month.title, 'November 2026');
  assert.equal(month.weeks[0][6].iso, '2026-11-01');
  assert.equal(month.weeks.flat().filter((day) => day !== null).length, 30);
  assert.ok(month.weeks.every((week) => week.length === 7));
});

test('the months go on over the end of a year, and February has its leap day', () => {
  assert.equal(monthOf('2026-11-30', 2, 'en-GB').title, 'January 2027');
  assert.equal(monthOf('2026-11-30', 2, 'fr').title, 'janvier 2027');
  const days = (today, ahead) => monthOf(today, ahead, 'en-GB').weeks.flat().filter((day) => day !== null).map((day) => day.iso);
  assert.equal(days('2028-01-31', 1).at(-1), '2028-02-29');
  assert.equal(days('2026-01-31', 1).at(-1), '2026-02-28');
});

test('the days of a week are said in the language that was chosen', () => {
  assert.deepEqual(weekdays('de').map((day) => day.long), ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag']);
});

const { slice } = await import(`data:text/javascript,${encodeURIComponent(ts.transpileModule(readFileSync(new URL('../src/pages/virtual.ts', import.meta.url), 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText)}`);

test('what is in sight of a list is drawn, with a little beyond, and never what is not there', () => {
  for (const rows of [0, 1, 20, 10000]) {
    for (const at of [0, 440, 43000, 1e9]) {
      const { from, to } = slice(rows, 44, at, 440);
      assert.ok(from >= 0 && from <= to && to <= rows, `${rows} ${at}: ${from} ${to}`);
      assert.ok(to - from <= 10 + 2 * 12 + 1, `${rows} ${at}: ${to - from} rows`);
      const first = Math.floor(at / 44);
      if (first < rows) assert.ok(from <= first && to > first, `${rows} ${at}: row ${first} is not drawn`);
    }
  }
});
