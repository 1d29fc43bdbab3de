// Values break between their parts, and nothing of them is changed or lost.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/values.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { pieces } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

test('a check value is in groups behind what it is', () => {
  const value = 'cmac-aes:2bd8dd3e2351a8ace0c445505fc7e753';
  const found = pieces(value).map(({ text }) => text);
  assert.deepEqual(found.slice(0, 3), ['cmac-aes:', '2bd8', 'dd3e']);
  assert.equal(found.join(''), value);
});

test('an address breaks after its marks alone', () => {
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const found = pieces(arn).map(({ text }) => text);
  assert.deepEqual(found.slice(-2), ['key/', '1234abcd-12ab-34cd-56ef-1234567890ab']);
  for (const value of [arn, '', ' ', '::', '/media/stick/a b.json', 'REHEARSAL, 2 of 3', '40 % \u4e2d']) assert.equal(pieces(value).map(({ text }) => text).join(''), value);
});
