import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isOn } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { Page, type ManagementParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';

/** Content security policy: only files of this gateway, and no inline scripts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stagegate API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Without a validator, which would send the document to a third party. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', validatorUrl: null, docExpansion: 'none', deepLinking: true });\n`;

/** The files of Swagger UI that the page loads, and their types. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

/** GET /docs, and / where the reference has it: the routes, to read and to try. NO_DOCS switches it off, as in the reference. */
export async function showDocs(parts: ManagementParts, _call: ManagedCall): Promise<unknown> {
  refuseHidden(parts);
  return new Page('text/html; charset=utf-8', HTML, { 'content-security-policy': POLICY });
}

/** GET /docs/{file} */
export async function showDocsFile(parts: ManagementParts, { places }: ManagedCall): Promise<unknown> {
  refuseHidden(parts);
  const { file = '' } = places;
  if (file === 'start.js') return new Page('text/javascript; charset=utf-8', START);
  const type = FILES.get(file);
  if (type === undefined) throw refuseInDetail(404, 'Not Found');
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return new Page(type, await readFile(join(folder, file)));
}

function refuseHidden({ config }: ManagementParts): void {
  if (isOn(config.environment['NO_DOCS'])) throw refuseInDetail(404, 'Not Found');
}
