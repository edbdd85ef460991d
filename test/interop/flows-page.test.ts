import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type FlowConsole, startConsole } from '../../src/console/index.ts';
import { codes } from '../../src/diagnostics/index.ts';
import type { FlowRecord } from '../../src/ir/index.ts';
import { buildPage, startChromium } from '../support/chromium.ts';
import { answeredFlow, flowRecords } from '../support/flow-records.ts';
import { findTool, testWith } from '../tools.ts';

/** The page of `lakegate flows --web` as people use it, in a browser. */

const test = testWith('chromium');
const hasChromium = findTool('chromium') !== undefined;

let folder: string;
let browser: Browser;
let shown: FlowConsole;
let context: BrowserContext;
let page: Page;
/** Errors and refusals of the content security policy: there are none. */
let complaints: string[];

beforeAll(async () => {
  if (!hasChromium) return;
  folder = await mkdtemp(join(tmpdir(), 'lakegate-page-'));
  await buildPage(folder);
  browser = await startChromium();
});

afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  if (!hasChromium) return;
  shown = await startConsole({
    ...{ source: 'unix:/run/flows', port: 0, page: folder },
    har: (records) => ({ log: { version: '1.2', entries: records.map(({ id }) => ({ id })) } }),
  });
  context = await browser.newContext({
    viewport: { width: 1_280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
});

afterEach(async () => {
  if (!hasChromium) return;
  await context.close();
  await shown.close();
});

const fill = (records: readonly FlowRecord[] = flowRecords): void => {
  for (const record of records) shown.record(record);
};

const many = (count: number): FlowRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    ...(flowRecords[at % flowRecords.length] ?? answeredFlow),
    id: `m-${at + 1}`,
    request: { ...answeredFlow.request, path: `/orders/v1/customers/${at + 1}` },
  }));

async function open(): Promise<void> {
  await page.goto(shown.url);
  await page.locator('tbody tr').first().waitFor();
}

const rows = () => page.locator('tbody tr');
const selected = () => page.locator('tr[aria-selected="true"] .path');
const detail = () => page.getByRole('region', { name: 'Request and response' });
const filterField = () => page.getByRole('searchbox');

/** Presses keys one after the other. */
async function press(...names: readonly string[]): Promise<void> {
  for (const name of names) await page.keyboard.press(name);
}

test('one row a request, with what it needs to be found', async () => {
  fill();
  await open();
  expect(await rows().count()).toBe(4);
  expect(await rows().nth(1).locator('td').allInnerTexts()).toEqual([
    ...[expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}$/), 'DELETE', '403'],
    expect.stringMatching(/api\.corp\.acme\.com\s*\/billing\/v1\/admin\/users\/7\s*LG_PATH_DENIED/),
    ...['billing', 'sandbox', '143 B', '0.31 ms'],
  ]);
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5');
  expect(await page.locator('footer').innerText()).toMatch(/connecting\s+unix:\/run\/flows/);
  expect(complaints).toEqual([]);
});

test('rows come in by themselves, and the list follows until one is chosen', async () => {
  fill(many(300));
  await open();
  const lastRow = rows().filter({ hasText: '/customers/300' });
  await lastRow.waitFor();
  shown.record({ ...answeredFlow, id: 'new', request: { ...answeredFlow.request, path: '/new' } });
  await rows().filter({ hasText: '/new' }).waitFor();
  expect(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('true');
  await press('g');
  expect(await selected().innerText()).toBe('/orders/v1/customers/1');
  expect(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('false');
  shown.record({ ...answeredFlow, id: 'newer', request: { ...answeredFlow.request, path: '/newer' } });
  await page.getByText('302', { exact: true }).waitFor();
  expect(await rows().filter({ hasText: '/newer' }).count()).toBe(0);
  await press('f');
  await rows().filter({ hasText: '/newer' }).waitFor();
  expect(complaints).toEqual([]);
});

test('what the source says of itself is on the page', async () => {
  fill();
  await open();
  shown.state('connected');
  await page.getByText('connected', { exact: true }).waitFor();
  shown.dropped(1_234);
  await page.getByText('1,234 requests missed').waitFor();
  shown.state('lost', 'no router serves flows there');
  await page.getByText('not connected: no router serves flows there').waitFor();
});

test('filters narrow the list, one by one and together', async () => {
  fill();
  await open();
  const targets = () => rows().locator('.target').allInnerTexts();
  await press('/');
  await page.keyboard.type('corp !grpc');
  await expect.poll(targets).toEqual(['orders-api', 'billing', 'events-ws']);
  expect(await page.locator('.count').innerText()).toBe('3 of 4');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('4xx');
  await expect.poll(targets).toEqual(['billing']);
  await filterField().focus();
  await press('Escape');
  await expect.poll(targets).toHaveLength(4);
  await page.getByRole('combobox', { name: 'Workspace' }).selectOption('sandbox');
  await expect.poll(targets).toEqual(['billing']);
  await page.getByRole('combobox', { name: 'Workspace' }).selectOption('');
  await page.getByRole('combobox', { name: 'Target' }).selectOption('features');
  await expect.poll(targets).toEqual(['features']);
  await page.getByRole('combobox', { name: 'Target' }).selectOption('');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('LG_PATH_DENIED');
  await expect.poll(targets).toEqual(['billing']);
  expect(complaints).toEqual([]);
});

test('the keyboard does everything', async () => {
  fill();
  await open();
  await press('j');
  expect(await selected().innerText()).toBe('/orders/v1/search');
  await press('j', 'ArrowDown', 'k');
  expect(await selected().innerText()).toBe('/billing/v1/admin/users/7');
  expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe('row-2');
  await press('Enter');
  await detail().getByText('LG_PATH_DENIED').waitFor();
  await press('j');
  await detail().getByText('LG_UPSTREAM_CERTIFICATE').waitFor();
  await press('Escape');
  await detail().waitFor({ state: 'detached' });
  await press('G');
  expect(await selected().innerText()).toBe('/stream');
  await press('g', '/');
  expect(await page.locator('input:focus').count()).toBe(1);
  await page.keyboard.type('jk?');
  expect(await filterField().inputValue()).toBe('jk?');
  await press('Escape', '?');
  await page.getByRole('dialog').getByText('next request').waitFor();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const theme = () => page.locator('html').getAttribute('data-theme');
  expect(await theme()).toBe('auto');
  await press('t', 't');
  expect(await theme()).toBe('dark');
  expect(complaints).toEqual([]);
});

test('request and response side by side: heads, indented bodies, timings', async () => {
  fill();
  await open();
  await press('j', 'Enter');
  const request = detail().getByRole('region', { name: 'Request', exact: true });
  const response = detail().getByRole('region', { name: 'Response', exact: true });
  expect(await request.getByRole('row').filter({ hasText: 'Authorization' }).innerText()).toMatch(
    /Authorization\s+Bearer redacted:9d41f0aa/,
  );
  expect(await request.locator('pre').innerText()).toBe(
    '{\n  "customer": "C-1007",\n  "api_key": "redacted:51c0e7d2"\n}',
  );
  expect(await response.locator('pre').innerText()).toContain('\n    {\n      "id": "O-1",\n      "total": 12.5\n');
  expect(await response.innerText()).toContain('the beginning, of 20,411 bytes as sent');
  await request.getByRole('button', { name: 'Raw' }).click();
  expect(await request.locator('pre').innerText()).toBe(answeredFlow.request.body?.text);
  const timings = detail().getByRole('region', { name: 'Timings' });
  expect(await timings.innerText()).toMatch(
    /dial 4\.21 ms\s*to the first byte 27\.7 ms\s*to the end 1\.15 ms\s*in all 33\.0 ms/,
  );
  const widths = await timings
    .locator('.bar span')
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
  expect(widths.map((width) => Math.round((width / (widths[0] ?? 1)) * 4.214))).toEqual([4, 28, 1]);
  const [left, right] = [await request.boundingBox(), await response.boundingBox()];
  expect(left?.y).toBe(right?.y);
  expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0);
  expect(complaints).toEqual([]);
});

test('a refusal with its explanation', async () => {
  fill();
  await open();
  await press('j', 'j', 'Enter');
  const text = await page.getByRole('region', { name: 'Refusal' }).innerText();
  const { title, explain, fix } = codes.LG_PATH_DENIED;
  for (const part of ['LG_PATH_DENIED', title, explain, fix, flowRecords[1]?.refusal?.why ?? ''])
    expect(text).toContain(part.replaceAll('`', ''));
});

test('copied as curl, with the secrets still replaced', async () => {
  fill();
  await open();
  await press('j', 'Enter');
  await detail().getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('copied as curl').waitFor();
  await press('/', 'Control+V');
  const copied = await filterField().inputValue();
  expect(copied).toContain("--header 'Authorization: Bearer redacted:9d41f0aa'");
});

test('HAR of what the filter shows', async () => {
  fill();
  await open();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('refused');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export HAR' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^lakegate-flows-.*\.har$/);
  const { log } = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(log.entries).toEqual([{ id: flowRecords[1]?.id }, { id: flowRecords[2]?.id }]);
  expect(complaints).toEqual([]);
});

const script = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

test('whatever stands in a flow is text', async () => {
  const fields = [{ name: script, value: `${script}\u202e"'>` }];
  const text = `[${JSON.stringify(script)}, "javascript:document.title='taken'"]`;
  const side = { headers: fields, bodyBytes: 9, type: script, body: { text, truncated: false } };
  shown.record({
    ...answeredFlow,
    client: { ...answeredFlow.client, workspaces: [script], endpoint: script, source: script, nccs: [script] },
    route: { key: script, target: script },
    request: { ...side, method: script, scheme: 'https', host: script, path: `/${script}\u202e`, query: script },
    response: { ...side, status: 200, trailers: fields },
    upstream: { name: script, address: script, path: script, reused: true },
    end: 'refused',
    refusal: { code: script, why: script },
  });
  await open();
  await press('j', 'Enter');
  await detail().locator('pre').first().waitFor();
  expect(await page.locator('img, script:not([src="/page.js"])').count()).toBe(0);
  expect(await page.title()).toBe('lakegate flows');
  const seen = await page.locator('body').innerText();
  expect(seen.split(script).length).toBeGreaterThan(15);
  expect(seen).not.toContain('\u202e');
  expect(seen).toContain(String.raw`\u{202e}`);
  expect(await page.locator('[href], [src]:not(script)').count()).toBe(await page.locator('head [href]').count());
  expect(complaints).toEqual([]);
});

test('nothing of another origin is loaded, and nothing runs that is not the page’s script', async () => {
  fill();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await open();
  expect([...new Set(asked)]).toEqual([`http://127.0.0.1:${shown.port}`]);
  await expect(page.addScriptTag({ content: "document.title = 'taken'" })).rejects.toThrow();
  await expect(page.addScriptTag({ url: 'http://127.0.0.1:9/x.js' })).rejects.toThrow();
  expect(await page.title()).toBe('lakegate flows');
  expect(complaints.join()).toContain('TrustedScript');
});

test('the token leaves the address bar at once, and stays with the tab', async () => {
  fill();
  await open();
  expect(page.url()).toBe(`http://127.0.0.1:${shown.port}/`);
  await page.reload();
  await rows().first().waitFor();
  const other = await context.newPage();
  await other.goto(`http://127.0.0.1:${shown.port}/`);
  await other.getByText('This page has no valid token').waitFor();
  expect(await other.locator('tr').count()).toBe(0);
});

test('a wrong token shows nothing but how to come in', async () => {
  fill();
  await page.goto(`http://127.0.0.1:${shown.port}/#token=wrong`);
  await page.getByText('This page has no valid token').waitFor();
  expect(await page.locator('tr').count()).toBe(0);
  expect(page.url()).not.toContain('wrong');
});

test('a foreign name that leads here gets nothing', async () => {
  fill();
  const foreign = await startChromium(['--host-resolver-rules=MAP flows.attacker.test 127.0.0.1']);
  try {
    const attacker = await foreign.newPage();
    const answer = await attacker.goto(shown.url.replace('127.0.0.1', 'flows.attacker.test'));
    expect(answer?.status()).toBe(421);
    expect(await attacker.locator('body').innerText()).not.toContain('orders');
  } finally {
    await foreign.close();
  }
});

test('ten thousand rows: few are in the document, and all can be reached', async () => {
  fill(many(10_100));
  await open();
  await page.getByText('10,000', { exact: true }).waitFor();
  expect(await rows().count()).toBeLessThan(80);
  await press('g');
  expect(await selected().innerText()).toBe('/orders/v1/customers/101');
  await press('/');
  await page.keyboard.type('customers/5007');
  await expect.poll(() => rows().locator('.path').allInnerTexts()).toEqual(['/orders/v1/customers/5007']);
  await press('Escape', 'G');
  expect(await selected().innerText()).toBe('/orders/v1/customers/10100');
  expect(await rows().count()).toBeLessThan(80);
  expect(complaints).toEqual([]);
});

test('narrow: the list on two lines, and an open request in its place', async () => {
  fill();
  await page.setViewportSize({ width: 380, height: 700 });
  await open();
  const sideways = () => page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth);
  expect(await sideways()).toBe(false);
  await rows().nth(1).click();
  await page.getByRole('region', { name: 'Refusal' }).waitFor();
  expect(await rows().first().isVisible()).toBe(false);
  expect(await sideways()).toBe(false);
  await page.getByRole('button', { name: 'Close' }).click();
  await rows().first().waitFor();
});

test('dark where the system is dark, and by the switch', async () => {
  fill();
  await page.emulateMedia({ colorScheme: 'dark' });
  await open();
  const back = () =>
    page.locator('body').evaluate((body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor);
  const dark = await back();
  await page.getByRole('button', { name: 'Auto' }).click();
  expect(await back()).toBe('rgb(255, 255, 255)');
  await page.getByRole('button', { name: 'Light' }).click();
  expect(await back()).toBe(dark);
});

test.each(['light', 'dark'] as const)('%s: every text can be read by people who see little', async (colorScheme) => {
  fill();
  shown.dropped(1);
  await page.emulateMedia({ colorScheme });
  await open();
  for (const opens of [['j', 'Enter'], ['j']]) {
    await press(...opens);
    await detail().locator('.facts').waitFor();
    const faint = await page.locator('body *').evaluateAll((elements) => {
      const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
      const light = (color: readonly number[]): number => {
        const [red = 0, green = 0, blue = 0] = color.map((part) =>
          part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      return elements.flatMap((element) => {
        const view = element.ownerDocument.defaultView;
        const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
        if (!view || !isText || element.getClientRects().length === 0) return [];
        let behind = element;
        while (parse(view.getComputedStyle(behind).backgroundColor)[3] === 0 && behind.parentElement)
          behind = behind.parentElement as typeof element;
        const pair = [view.getComputedStyle(element).color, view.getComputedStyle(behind).backgroundColor];
        const [more = 0, less = 0] = pair.map((color) => light(parse(color))).sort((one, other) => other - one);
        const contrast = (more + 0.05) / (less + 0.05);
        return contrast < 4.5 ? [`${element.className} ${element.textContent}: ${contrast.toFixed(2)}`] : [];
      });
    });
    expect(faint).toEqual([]);
  }
});

test('assistive programs find names and places', async () => {
  fill();
  await open();
  await press('j', 'Enter');
  await detail().locator('.facts').waitFor();
  const unnamed = await page.locator('button, input, select, dialog, table').evaluateAll((elements) =>
    elements.flatMap((element) => {
      const name =
        element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby') ?? element.textContent?.trim();
      return name ? [] : [element.outerHTML];
    }),
  );
  expect(unnamed).toEqual([]);
  const grid = page.getByRole('grid', { name: 'Requests' });
  expect(await grid.getByRole('columnheader').count()).toBe(8);
  expect(await grid.getByRole('row', { selected: true }).count()).toBe(1);
  for (const landmark of ['banner', 'main', 'contentinfo', 'search'] as const)
    expect(await page.getByRole(landmark).count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Flows');
});
