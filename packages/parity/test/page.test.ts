import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium } from '@stagegate/testbed';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildReport } from '../src/report/build-report.ts';
import { renderPage } from '../src/report/page/render-page.ts';
import { comparisonsOfRun, RUN } from './support/big-run.ts';

/** The page as a browser shows it. Screenshots of it are kept for people to look at. */

const RESULTS = join(import.meta.dirname, '../.results/parity');
const CALLS = 100_000;
/** Of the processor, because other tests run beside this one. */
const RENDER_CPU_MS_MAX = 10_000;
const PAGE_BYTES_MAX = 10_000_000;
/** Only that it opens at all: what it takes (page-<scheme>.json) is under 2 s where nothing else runs. */
const OPEN_MS_MAX = 60_000;

const executablePath = findChromium(process.env);

let browser: Browser | undefined;
let folder = '';
let html = '';
let renderCpuMs = 0;

beforeAll(async () => {
  const comparisons = comparisonsOfRun(CALLS);
  const before = process.cpuUsage();
  html = renderPage(buildReport(RUN, comparisons));
  const { user, system } = process.cpuUsage(before);
  renderCpuMs = (user + system) / 1000;
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  writeFileSync(join(folder, 'parity.html'), html);
  mkdirSync(RESULTS, { recursive: true });
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test('a report over 100,000 comparisons is rendered in time and is no large file', () => {
  expect(renderCpuMs).toBeLessThan(RENDER_CPU_MS_MAX);
  expect(Buffer.byteLength(html)).toBeLessThan(PAGE_BYTES_MAX);
});

test('the page names nothing outside of itself', () => {
  expect(html.match(/(?:src|href)="(?!#|data:)[^"]*"|url\((?!data:)[^)]*\)|@import|https?:\/\//gu)).toBeNull();
});

test.for(['light', 'dark'] as const)('%s: opens without an error, keys and filter work', async (colorScheme, context) => {
  if (browser === undefined) return context.skip('no Chromium here (STAGEGATE_CHROMIUM, PATH)');
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 1400 } });
  const errors: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on(
    'request',
    (request) => void (request.url().startsWith('file:') || request.url().startsWith('data:') || errors.push(request.url())),
  );
  await page.goto(pathToFileURL(join(folder, 'parity.html')).href, { waitUntil: 'load', timeout: OPEN_MS_MAX });
  const openMs: unknown = await page.evaluate('performance.getEntriesByType("navigation")[0].loadEventEnd');
  writeFileSync(join(RESULTS, `page-${colorScheme}.json`), JSON.stringify({ comparisons: CALLS, openMs }));
  await page.screenshot({ path: join(RESULTS, `page-${colorScheme}.png`), fullPage: true });
  expect(await page.title()).toBe('Parity: fail');

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const focused = await page.evaluate('document.activeElement.textContent');
  expect(focused).toContain('request.body.temperature');
  const isOpen = 'document.activeElement.parentElement.open';
  const before: unknown = await page.evaluate(isOpen);
  await page.keyboard.press('Enter');
  expect(await page.evaluate(isOpen)).toBe(before !== true);

  await page.keyboard.press('/');
  await page.keyboard.type('temperature');
  expect(await page.locator('.cluster:visible').count()).toBe(1);
  await page.locator('#theme').click();
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(colorScheme === 'light' ? 'dark' : 'light');
  expect(errors).toStrictEqual([]);
  await page.close();
});
