// Home shows every ceremony that ships, each once, under what people want to do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const shipped = [...read('../../crates/coffer/src/desk/shipped.rs').matchAll(/^ {4}"([a-z-]+)\.toml"$/gm)].map(([, name]) => name);
const grouped = [...read('../src/groups.ts').matchAll(/scripts: \[([^\]]+)\]/g)].flatMap(([, list]) => [...list.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name));

test('every ceremony that ships has one place on Home', () => {
  assert.ok(shipped.length > 10, 'the list of what ships was not found');
  assert.deepEqual([...grouped].sort(), [...shipped].sort());
});
