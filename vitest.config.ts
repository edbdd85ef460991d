import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Two cores: forks keep a crashed native socket or a blocked loop inside its own file.
    pool: 'forks',
    retry: 0,
  },
});
