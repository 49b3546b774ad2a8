// What a test run did: per suite, per server, in sum.

/** Adds up jest's result with the servers' own record of who used them. */
export function account({ result, uses, parts, failedChecks, requireAllParts, nameOf }) {
  const suites = result.testResults
    .map((suite) => {
      const count = (status) => suite.assertionResults.filter((test) => test.status === status).length;
      return {
        suite: nameOf(suite.name),
        path: suite.name,
        ms: suite.endTime - suite.startTime,
        passed: count('passed'),
        // A suite that can't be loaded, or whose clean-up fails, counts as one failure.
        failed: Math.max(count('failed'), suite.status === 'failed' ? 1 : 0),
        skipped: count('pending') + count('todo') + count('skipped') + count('disabled'),
      };
    })
    .sort((a, b) => b.ms - a.ms);
  const servers = [...new Set([...uses.keys(), ...parts.map((part) => part.name)])].sort().map((name) => {
    const part = parts.find((one) => one.name === name);
    const users = uses.get(name) ?? new Set();
    const tests = suites
      .filter((suite) => users.has(suite.path))
      .reduce((sum, one) => sum + one.passed + one.failed, 0);
    return { name, provider: part?.provider ?? '', version: part?.version ?? '', tests };
  });
  const sum = (field) => suites.reduce((total, suite) => total + suite[field], 0);
  const faults = [
    ...failedChecks.map((name) => `The check "${name}" failed.`),
    ...(sum('skipped') > 0 ? [`${sum('skipped')} tests were skipped; a skipped test is a failed run.`] : []),
    ...servers
      .filter((one) => requireAllParts && one.tests === 0)
      .map((one) => `No test ran on ${one.name}.`),
  ];
  return {
    suites: suites.map(({ path: _, ...suite }) => suite),
    servers,
    faults,
    passed: sum('passed'),
    failed: sum('failed') + faults.length,
  };
}

export function printAccount(summary, elapsedMs) {
  const width = Math.max(10, ...summary.suites.map((suite) => suite.suite.length));
  console.log(`\n${'suite'.padEnd(width)}  passed  failed  seconds`);
  for (const one of summary.suites) {
    const numbers = [one.passed, one.failed, (one.ms / 1000).toFixed(1)].map((n) => String(n).padStart(6));
    console.log(`${one.suite.padEnd(width)}  ${numbers.join('  ')}`);
  }
  if (summary.servers.length > 0) console.log('\nserver    provider     tests  version it told');
  for (const one of summary.servers) {
    console.log(
      `${one.name.padEnd(9)} ${one.provider.padEnd(11)} ${String(one.tests).padStart(6)}  ${one.version}`,
    );
  }
  for (const fault of summary.faults) console.log(`\n${fault}`);
  console.log(`\n${(elapsedMs / 1000).toFixed(0)} s`);
  console.log(`${summary.passed} passed, ${summary.failed} failed`);
}
