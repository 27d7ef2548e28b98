// A static file server for dist/: GET and HEAD, on the loopback address only.
// Run by itself (`node scripts/serve.mjs <port>`) it is what the end-to-end tests talk to.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, ROOT } from './setup.mjs';

const HOST = '127.0.0.1';
const PORTS_TRIED = 50;
const IMMUTABLE = /^\/assets\//;

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The file that a request path names inside `root`, or undefined: never a file outside it. */
export function fileFor(root, requestPath) {
  let path;
  try {
    path = decodeURIComponent(new URL(requestPath, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = resolve(root, `.${path}`);
  if (file !== resolve(root) && !file.startsWith(resolve(root) + sep)) return undefined;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory())
    return path.endsWith('/') ? fileFor(root, `${path}index.html`) : undefined;
  return stat?.isFile() ? { file, sizeBytes: stat.size } : undefined;
}

function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const found = fileFor(root, request.url ?? '/');
  if (found === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': TYPES[extname(found.file)] ?? 'application/octet-stream',
    'Content-Length': found.sizeBytes,
    // Names under assets/ change with their contents.
    'Cache-Control': IMMUTABLE.test(request.url) ? 'max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(found.file)
      .on('error', () => response.destroy())
      .pipe(response);
}

/**
 * Serves `root` on the first free port from `port` on, or on exactly `port` when `isExact`.
 * Resolves to the address; rejects when no port is free.
 */
export function serve(root, port, isExact) {
  const server = createServer((request, response) => answer(root, request, response));
  return new Promise((done, reject) => {
    let next = port;
    server.on('error', (error) => {
      const isTaken = error.code === 'EADDRINUSE' && !isExact && next < port + PORTS_TRIED;
      if (!isTaken) reject(error);
      else server.listen(++next, HOST);
    });
    server.on('listening', () => done(`http://${HOST}:${server.address().port}/`));
    server.listen(next, HOST);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = Number(process.argv[2]);
  serve(join(ROOT, 'dist'), port, true).then(console.log, (error) => fail(error.message));
}
