// Numbers and times in sentences, as people read them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/words.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { count, inWords, until } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

test('a day is said in the language that was chosen, and what is no day is left as it is', () => {
  assert.equal(inWords('2026-11-24', 'en-GB'), '24 November 2026');
  assert.equal(inWords('2026-11-24', 'en-US'), 'November 24, 2026');
  assert.equal(inWords('2026-11-24', 'de'), '24. November 2026');
  assert.equal(inWords('some day', 'de'), 'some day');
});

test('a wrapping key without an end expires in no NaN hours', () => {
  for (const none of [null, '', 'no end that was stated', 'never']) assert.equal(until(none, 0), null);
  const now = Date.parse('2027-01-01T00:00:00Z');
  assert.equal(until('2027-01-01T01:30:00Z', now), 'expires in 1 h 30 min');
  assert.equal(until('2026-12-31T23:59:59Z', now), 'has expired');
});

test('one is not several', () => {
  assert.deepEqual([0, 1, 2].map((n) => count(n, 'file', 'files')), ['0 files', '1 file', '2 files']);
});
