import { defineConfig } from 'vitest/config';

// Journeys through the desk in a real browser, against the built binary: npm run journeys. They share one browser and one machine, so one file after the other.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/servers.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    isolate: false
  }
});
