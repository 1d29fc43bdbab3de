// Of a picture nothing is made but shapes and text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import ts from 'typescript';

const source = readFileSync(new URL('../src/drawing.ts', import.meta.url), 'utf8');
const code = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
const { parts } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

test('shapes and text come through as they are', () => {
  assert.deepEqual(parts('<svg viewBox="0 0 9 9"><title>a &amp; b</title><path d="M0 0" fill="var(--ink, #1a1c1e)"/></svg>'), [
    { open: 'svg', attributes: [['viewBox', '0 0 9 9']], ends: false },
    { open: 'title', attributes: [], ends: false },
    { text: 'a & b' },
    { close: true },
    { open: 'path', attributes: [['d', 'M0 0'], ['fill', 'var(--ink, #1a1c1e)']], ends: true },
    { close: true },
  ]);
});

test('what could run, lead elsewhere or restyle the page does not', () => {
  for (const hostile of ['<script>alert(1)</script>', '<image href="https://x"/>', '<a xlink:href="javascript:x">', '<foreignObject>', '<rect onload="x()" style="x" class="y" id="z" fill="url(https://x)"/>', '<style>*{}</style>', '<use href="#a"/>', '<animate/>']) {
    for (const part of parts(hostile)) {
      if (!('open' in part)) continue;
      assert.ok(['g', 'rect'].includes(part.open), hostile);
      assert.deepEqual(part.attributes, [], hostile);
    }
  }
  assert.deepEqual(parts('<text>&lt;script&gt;</text>')[1], { text: '<script>' });
});
