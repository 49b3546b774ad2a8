const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest/strip-types.mjs' },
  transformIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/.yijie/', '<rootDir>/tests/house-rules/fixtures/'],
};

/** Unit suites need nothing; integration suites (`*.int.test.ts`) get real servers from the test runner. */
export default {
  // Real servers start on demand; the runner gives the long suites more.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{packages,services,tests}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.int\\.test\\.ts$', '\\.long\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/{packages,services,tests}/**/*.int.test.ts'],
    },
    {
      ...shared,
      displayName: 'long',
      testMatch: ['<rootDir>/{packages,services,tests}/**/*.long.test.ts'],
    },
  ],
};
