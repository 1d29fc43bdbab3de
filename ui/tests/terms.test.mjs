// The words that the help shows are those of docs/glossary.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/terms.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { words, fitting } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
const page = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8');

test('every word of the page is there without its marks', () => {
  const all = words(page);
  assert.equal(all.length, page.split('\n').filter((line) => line.startsWith('| ')).length - 1);
  for (const { word, means } of all) assert.doesNotMatch(word + means, /[`*[\]|]/, word);
  assert.match(all.find(({ word }) => word === 'Bundle').means, /See the format\.$/);
});

test('what begins with it comes first', () => {
  const all = words(page);
  assert.equal(fitting(all, '').length, all.length);
  assert.equal(fitting(all, ' BAG')[0].word, 'Bag');
  assert.ok(fitting(all, 'restate').some(({ word }) => word === 'Confirmer'));
  assert.deepEqual(fitting(all, 'no such word'), []);
});
