// How much is loaded first: the page (what index.html names and all that those files import
// statically), and what each kind of worker adds to it. The servers' worker starts with the page;
// the clients' when a leader is there. Fails above the budget of the page, or of all together.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSync, Visitor } from 'vite';
import { fail, ROOT } from './setup.mjs';

const PAGE_BYTES_MAX = 140_000;
const TOTAL_BYTES_MAX = 230_000;
const DIST = join(ROOT, 'dist');

/** What a built script needs at once: its static imports; and the workers that it starts. */
function neededBy(file) {
  const { program } = parseSync(file, readFileSync(file, 'utf8'));
  const imports = [];
  const workers = [];
  const onSource = ({ source }) => source && imports.push(source.value);
  new Visitor({
    ImportDeclaration: onSource,
    ExportAllDeclaration: onSource,
    ExportNamedDeclaration: onSource,
    NewExpression({ callee, arguments: args }) {
      if (callee.name === 'URL' && args.length === 2) workers.push(textOf(args[0]));
    },
  }).visit(program);
  return { imports: scriptsBeside(file, imports), workers: scriptsBeside(file, workers) };
}

const scriptsBeside = (file, paths) =>
  paths.filter((path) => path?.endsWith('.js')).map((path) => join(dirname(file), path));

// Vite writes the address of a worker in backquotes.
function textOf(node) {
  return node.type === 'TemplateLiteral' ? node.quasis[0]?.value.cooked : node.value;
}

/** All that these files load, themselves too; and the workers that they start. */
function closureOf(files) {
  const loaded = new Set(files);
  const workers = new Set();
  for (const file of loaded) {
    if (!file.endsWith('.js')) continue;
    const needed = neededBy(file);
    for (const one of needed.imports) loaded.add(one);
    for (const one of needed.workers) workers.add(one);
  }
  return { loaded, workers };
}

function firstLoad() {
  const html = join(DIST, 'index.html');
  if (!existsSync(html)) fail('dist/index.html is missing: run `npm run build` first.');
  const tags = readFileSync(html, 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g);
  return closureOf([html, ...[...tags].map(([, path]) => join(DIST, path))]);
}

const row = (bytes, gzipBytes, name) =>
  console.log(`${String(bytes).padStart(10)}${String(gzipBytes).padStart(10)}  ${name}`);

/** Prints a table of the files; returns their gzip bytes. */
function weigh(title, files) {
  let totalBytes = 0;
  let totalGzipBytes = 0;
  row('bytes', 'gzip', title);
  for (const file of files) {
    const content = readFileSync(file);
    const gzipBytes = gzipSync(content, { level: 9 }).length;
    totalBytes += content.length;
    totalGzipBytes += gzipBytes;
    row(content.length, gzipBytes, relative(DIST, file));
  }
  row(totalBytes, totalGzipBytes, 'together');
  return totalGzipBytes;
}

const { loaded, workers } = firstLoad();
const pageBytes = weigh('the page', loaded);
let totalBytes = pageBytes;
// The servers' comes first, as it does in a browser.
for (const worker of [...workers].sort().reverse()) {
  const added = [...closureOf([worker]).loaded].filter((file) => !loaded.has(file));
  totalBytes += weigh('a worker adds', added);
  for (const file of added) loaded.add(file);
}
console.log(`The page: ${pageBytes} bytes gzip, at most ${PAGE_BYTES_MAX}.`);
console.log(`With its workers: ${totalBytes} bytes gzip, at most ${TOTAL_BYTES_MAX}.`);
const isOver = pageBytes > PAGE_BYTES_MAX || totalBytes > TOTAL_BYTES_MAX;
if (isOver) fail('The first load is above the budget.');
