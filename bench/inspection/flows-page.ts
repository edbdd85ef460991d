import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsole } from '../../src/console/index.ts';
import { buildPage, startChromium } from '../../test/support/chromium.ts';
import { answeredFlow, flowRecords } from '../../test/support/flow-records.ts';

/**
 * How long the page of the flows takes from an input into its filter until the narrowed list is painted, over 10,000 requests,
 * in Chromium: `node bench/inspection/flows-page.ts`.
 */
const requests = 10_000;
const inputs = ['o', 'or', 'ord', 'orders', 'orders/v1', 'customers/77', 'POST', '!post', 'corp 99', 'grpc'];

const folder = await mkdtemp(join(tmpdir(), 'lakegate-bench-'));
await buildPage(folder);
const shown = await startConsole({ source: 'bench', port: 0, page: folder, har: () => ({}) });
for (let n = 1; n <= requests; n += 1) {
  const like = flowRecords[n % flowRecords.length] ?? answeredFlow;
  const path = `/${['orders', 'billing', 'feast', 'events'][n % 4]}/v1/customers/${n}/items/${n * 7}`;
  shown.record({ ...like, id: `b-${n}`, request: { ...like.request, path } });
}
const browser = await startChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  await page.goto(shown.url);
  await page.getByText('10,000', { exact: true }).waitFor();
  const field = page.getByRole('searchbox');
  /** Until the frame with the narrowed list has been handed to the compositor: what was queued behind it runs. */
  const measure = (text: string): Promise<number> =>
    field.evaluate(async (element, value) => {
      const view = element.ownerDocument.defaultView;
      if (!view || !('value' in element)) return Number.NaN;
      const start = performance.now();
      element.value = value;
      element.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise<void>((painted) => view.requestAnimationFrame(() => setTimeout(painted)));
      return performance.now() - start;
    }, text);
  await measure('warm up');
  const all: { readonly text: string; readonly ms: number; readonly rows: string }[] = [];
  for (const text of [...inputs, ...inputs.map((_, at) => inputs[inputs.length - 1 - at] ?? '')]) {
    await measure('');
    const ms = await measure(text);
    all.push({ text, ms, rows: await page.locator('.count').innerText() });
  }
  for (const { text, ms, rows } of all) console.log(`${ms.toFixed(1).padStart(7)} ms  ${text.padEnd(14)} ${rows}`);
  const sorted = all.map(({ ms }) => ms).sort((one, other) => one - other);
  console.log(
    `median of ${sorted.length}: ${sorted[sorted.length / 2]?.toFixed(1)} ms, slowest ${sorted.at(-1)?.toFixed(1)} ms`,
  );
} finally {
  await browser.close();
  await shown.close();
  await rm(folder, { recursive: true });
}
