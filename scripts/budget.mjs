// How much the page loads before it is ready: what index.html names, everything that those files
// import statically, and the workers that they start. Fails above the budget.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSync, Visitor } from 'vite';
import { fail, ROOT } from './setup.mjs';

const BUDGET_BYTES = 150_000;
const DIST = join(ROOT, 'dist');

/** What a built script needs at once: its static imports, and the workers that it starts. */
function neededBy(file) {
  const { program } = parseSync(file, readFileSync(file, 'utf8'));
  const found = [];
  const onSource = ({ source }) => source && found.push(source.value);
  new Visitor({
    ImportDeclaration: onSource,
    ExportAllDeclaration: onSource,
    ExportNamedDeclaration: onSource,
    NewExpression({ callee, arguments: args }) {
      if (callee.name === 'URL' && args.length === 2) found.push(textOf(args[0]));
    },
  }).visit(program);
  return found.filter((path) => path?.endsWith('.js')).map((path) => join(dirname(file), path));
}

// Vite writes the address of a worker in backquotes.
function textOf(node) {
  return node.type === 'TemplateLiteral' ? node.quasis[0]?.value.cooked : node.value;
}

function firstLoad() {
  const html = join(DIST, 'index.html');
  if (!existsSync(html)) fail('dist/index.html is missing: run `npm run build` first.');
  const tags = readFileSync(html, 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g);
  const files = new Set([html]);
  const queue = [...tags].map(([, path]) => join(DIST, path));
  for (const file of queue) {
    if (files.has(file)) continue;
    files.add(file);
    if (file.endsWith('.js')) queue.push(...neededBy(file));
  }
  return [...files];
}

const row = (bytes, gzipBytes, name) =>
  console.log(`${String(bytes).padStart(10)}${String(gzipBytes).padStart(10)}  ${name}`);

let totalBytes = 0;
let totalGzipBytes = 0;
row('bytes', 'gzip', 'loaded first');
for (const file of firstLoad()) {
  const content = readFileSync(file);
  const gzipBytes = gzipSync(content, { level: 9 }).length;
  totalBytes += content.length;
  totalGzipBytes += gzipBytes;
  row(content.length, gzipBytes, relative(DIST, file));
}
row(totalBytes, totalGzipBytes, `total; at most ${BUDGET_BYTES} gzip`);
if (totalGzipBytes > BUDGET_BYTES) fail('The first load is above the budget.');
