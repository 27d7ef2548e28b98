// How much the page loads before it is painted and answers: what index.html names and everything
// that those files import statically. The workers' scripts, which come beside it, are counted on
// their own. Fails above either budget.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSync, Visitor } from 'vite';
import { fail, ROOT } from './setup.mjs';

const PAGE_BYTES_MAX = 150_000;
const WORKERS_BYTES_MAX = 150_000;
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

function firstLoad() {
  const html = join(DIST, 'index.html');
  if (!existsSync(html)) fail('dist/index.html is missing: run `npm run build` first.');
  const tags = readFileSync(html, 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g);
  const page = new Set([html]);
  const workers = new Set();
  const queue = [...tags].map(([, path]) => join(DIST, path));
  for (const file of queue) {
    if (page.has(file)) continue;
    page.add(file);
    if (!file.endsWith('.js')) continue;
    const needed = neededBy(file);
    queue.push(...needed.imports);
    for (const worker of needed.workers) workers.add(worker);
  }
  return { page: [...page], workers: [...workers] };
}

const row = (bytes, gzipBytes, name) =>
  console.log(`${String(bytes).padStart(10)}${String(gzipBytes).padStart(10)}  ${name}`);

/** Prints a table of the files; returns their gzip bytes. */
function weigh(title, files, gzipBytesMax) {
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
  row(totalBytes, totalGzipBytes, `total; at most ${gzipBytesMax} gzip`);
  return totalGzipBytes;
}

const { page, workers } = firstLoad();
const isPageTooLarge = weigh('the page', page, PAGE_BYTES_MAX) > PAGE_BYTES_MAX;
const areWorkersTooLarge = weigh('its workers', workers, WORKERS_BYTES_MAX) > WORKERS_BYTES_MAX;
if (isPageTooLarge || areWorkersTooLarge) fail('The first load is above the budget.');
