import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The long runs (minutes, real brokers, a soak) are `npm run test:long`.
    include:
      process.env.LAKEGATE_LONG === '1'
        ? ['test/long/**/*.test.ts']
        : ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: process.env.LAKEGATE_LONG === '1' ? [] : ['test/long/**'],
    // Two cores: forks keep a crashed native socket or a blocked loop inside its own file.
    pool: 'forks',
    retry: 0,
    // No test asserts a time by these; they end one that hangs. Five seconds, the default, is short on two busy cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
