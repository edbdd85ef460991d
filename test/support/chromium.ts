import { type Browser, chromium } from 'playwright-core';
import { type RolldownOptions, rolldown } from 'rolldown';
import configs from '../../rolldown.config.ts';
import { findTool } from '../tools.ts';

/** The system's Chromium, without a window. Playwright brings none, and is not asked to. */
export const startChromium = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: findTool('chromium') ?? 'chromium',
    // Containers and root have no user namespaces for its sandbox; it opens pages of the tests alone.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...more],
  });

/** Builds the page of the console as the package does, into another folder: the sources are tested, not what was built before. */
export async function buildPage(folder: string): Promise<void> {
  const config = (configs as RolldownOptions[]).find(({ platform }) => platform === 'browser');
  const build = await rolldown({ ...config });
  try {
    const output = Array.isArray(config?.output) ? config.output[0] : config?.output;
    await build.write({ ...output, dir: folder });
  } finally {
    await build.close();
  }
}
