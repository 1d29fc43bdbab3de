// What is decided before the day is said in words, and asked only where it means something.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/choices.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { applying, explained, inWords } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

const parameter = (name, value, ids, help) => ({ name, title: name, help, value, least: null, most: null, choices: ids.map((id) => ({ id, title: id, note: null, refused: null })) });

test('each choice has its own explanation where the help gives one for every choice', () => {
  const sheets = parameter('sheets', 'written', ['written', 'printed', 'printed-with-codeword'], 'written: by hand. printed: on a printer. printed-with-codeword: locked with a code word.');
  assert.deepEqual([...explained(sheets)], [['written', 'By hand.'], ['printed', 'On a printer.'], ['printed-with-codeword', 'Locked with a code word.']]);
  assert.equal(explained(parameter('a', 'x', ['x', 'y'], 'x: this one.')), null);
  assert.equal(explained(parameter('a', 'x', ['x'], 'x: this one.')), null);
});

test('a token is said in words, and a name of the field stays', () => {
  assert.equal(inWords('with-approval'), 'With approval');
  assert.equal(inWords('SYMMETRIC_DEFAULT'), 'SYMMETRIC_DEFAULT');
  assert.equal(inWords('A4'), 'A4');
});

test('what prints is asked only of sheets that are printed', () => {
  const all = (value) => applying([parameter('sheets', value, [], ''), parameter('qr', 'yes', [], ''), parameter('shares', '5', [], '')]).map((one) => one.name);
  assert.deepEqual(all('written'), ['sheets', 'shares']);
  assert.deepEqual(all('printed-with-codeword'), ['sheets', 'qr', 'shares']);
  assert.deepEqual(applying([parameter('qr', 'yes', [], '')]).map((one) => one.name), ['qr']);
});
