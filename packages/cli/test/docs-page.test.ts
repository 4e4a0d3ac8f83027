import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@stagegate/core-transforms';
import { findChromium } from '@stagegate/testbed';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor, GATEWAYS, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf } from './support/managed-gateway.ts';

const RESULTS = join(import.meta.dirname, '../.results/docs');

interface Operation {
  readonly requestBody?: { readonly content: JsonObject };
  readonly responses: JsonObject;
}

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor('http://127.0.0.1:9'));
  });
  afterAll(() => gateway.close());

  test('the document types the bodies and answers of the management API, and names no schema that is not in it', async () => {
    const { body } = await callerOf(gateway.url)('GET', '/openapi.json');
    const paths = body['paths'] as unknown as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    const { schemas } = body['components'] as unknown as { readonly schemas: JsonObject };
    const bodyOf = (path: string, method: string): unknown => paths[path]?.[method]?.requestBody?.content['application/json'];
    expect(bodyOf('/key/generate', 'post')).toMatchObject({ schema: expect.objectContaining({}) });
    expect(JSON.stringify(bodyOf('/team/new', 'post'))).toContain('#/components/schemas/NewTeamRequest');
    expect(JSON.stringify(bodyOf('/organization/delete', 'delete'))).toContain('#/components/schemas/DeleteOrganizationRequest');
    expect(schemas['NewTeamRequest']).toMatchObject({ properties: { team_alias: {}, max_budget: {} } });
    const named = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/([^"]+)/gu)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(100);
    expect([...new Set(named)].filter((name) => !Object.hasOwn(schemas, name))).toStrictEqual([]);
    expect(paths['/v1/access_group']?.['post']?.responses).toHaveProperty('201');
    expect(paths['/key/{key}/regenerate']?.['post']).toMatchObject({ parameters: [{ name: 'key', in: 'path' }] });
  });

  test('the page has its own files, a policy that lets in nothing else, and no other file of the disk', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toStrictEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/u);
    const html = await page.text();
    expect(await (await fetch(gateway.url)).text()).toBe(html);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/gu)].map(([, path]) => path ?? '');
    expect(files).toHaveLength(4);
    for (const path of files) {
      const file = await fetch(`${gateway.url}${path}`);
      expect([path, file.status, file.headers.get('x-content-type-options')]).toStrictEqual([path, 200, 'nosniff']);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
    for (const path of ['package.json', 'index.html', '..%2fpackage.json', '%2e%2e%2f%2e%2e%2fpackage.json', 'swagger-ui.css.map']) {
      expect([path, [400, 404].includes((await fetch(`${gateway.url}/docs/${path}`)).status)]).toStrictEqual([path, true]);
    }
  });

  test('the page and the document can be switched off', async () => {
    const more = { environment_variables: { NO_DOCS: 'true', NO_OPENAPI: 'True' } };
    const quiet = await startGateway(lane, configFor('http://127.0.0.1:9', more));
    for (const path of ['/', '/docs', '/docs/start.js', '/openapi.json']) expect((await fetch(`${quiet.url}${path}`)).status).toBe(404);
    await quiet.close();
  });
});

test('a browser shows the routes, breaks no rule of the policy and asks nobody else', async (context) => {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) return context.skip('no Chromium here (STAGEGATE_CHROMIUM, PATH)');
  const gateway = await startGateway('front', configFor('http://127.0.0.1:9'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  const errors: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(gateway.url) && !url.startsWith('data:')) errors.push(url);
  });
  await page.goto(`${gateway.url}/docs`, { waitUntil: 'load' });
  await page.locator('.opblock-tag-section').first().waitFor({ timeout: 60_000 });
  await page.locator('#operations-tag-key .opblock-tag, [data-tag="key"]').first().click();
  const operation = page.locator('.opblock', { hasText: '/key/generate' }).first();
  await operation.locator('.opblock-summary-control').first().click();
  await operation.locator('.opblock-section-request-body').waitFor({ timeout: 60_000 });
  mkdirSync(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, 'docs.png') });
  expect(await operation.textContent()).toContain('max_budget');
  expect(errors).toStrictEqual([]);
  await browser.close();
  await gateway.close();
});
