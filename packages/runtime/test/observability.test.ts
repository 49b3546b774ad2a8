import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type MetricSpec, Metrics, metric } from '../src/index.ts';
import { alertRules, dashboardQueries, dashboards, firedInTests, repository } from './deployed-files.ts';

const declared = new Map<string, MetricSpec>(Object.values(metric).map((spec) => [spec.name, spec]));
const rules = alertRules();
const queries = [
  ...rules.map(({ file, alert, expr }) => [`${file} ${alert}`, expr] as const),
  ...dashboardQueries().map(({ dashboard, panel, expr }) => [`${dashboard} ${panel}`, expr] as const),
];
/** What a scrape adds by itself. */
const scrapeLabels = ['service', 'instance', 'job'];

describe('a query of deploy/', () => {
  test('there are some', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(queries.length).toBeGreaterThan(rules.length + 40);
  });

  test.each(queries)('%s uses declared metrics alone', async (_where, expr) => {
    const processText = await new Metrics({ service: 'test' }).text();
    const names = namesIn(expr);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const base = name.replace(/_(bucket|sum|count)$/, '');
      const known =
        declared.has(name) ||
        declared.get(base)?.type === 'histogram' ||
        name === 'up' ||
        processText.includes(`# TYPE ${name} `) ||
        processText.includes(`# TYPE ${base} `);
      expect([name, known]).toEqual([name, true]);
    }
  });

  test.each(queries)('%s uses declared labels alone', (_where, expr) => {
    const allowed = new Set(scrapeLabels);
    for (const name of namesIn(expr)) {
      const spec = declared.get(name) ?? declared.get(name.replace(/_(bucket|sum|count)$/, ''));
      for (const label of spec?.labels ?? []) allowed.add(label);
      if (name.endsWith('_bucket')) allowed.add('le');
    }
    for (const label of labelsIn(expr)) expect([label, allowed.has(label)]).toEqual([label, true]);
  });
});

describe('an alert', () => {
  const runbook = readFileSync(`${repository}docs/runbook.md`, 'utf8');
  const sections = new Set(
    [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
  );

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says how bad it is, what happened and what to do',
    (_name, rule) => {
      expect(['page', 'ticket', 'notice']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toMatch(/^[A-Z{]/);
      expect(rule.annotations.summary_zh).toMatch(/[\u4e00-\u9fff]/);
      expect(rule.annotations.runbook).toBe(`docs/runbook.md#${rule.alert.toLowerCase()}`);
      expect(sections).toContain(rule.alert.toLowerCase());
    },
  );

  test('of each kind is made to fire by a test of its own', () => {
    const fired = firedInTests();
    expect(rules.map(({ alert }) => alert).filter((alert) => !fired.has(alert))).toEqual([]);
  });

  test('exists for every alarm of the specification that these services know', () => {
    const codes = new Set(rules.map(({ labels }) => labels.code));
    const known = [
      ...['STL-UNKNOWN', 'HOME-DOWN', 'FIL-AGE', 'PROOF-DUE'],
      ...['REC-DIFF', 'CLR-CONFIRM-LATE', 'CARRY-OLD'],
    ];
    for (const code of known) expect(codes).toContain(code);
  });

  test('exists for every section of the runbook', () => {
    const names = new Set(rules.map(({ alert }) => alert.toLowerCase()));
    expect([...sections].filter((section) => !names.has(section))).toEqual([]);
  });
});

describe('the dashboards', () => {
  const all = dashboards();

  test('have ids and titles of their own', () => {
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  test.each(all.map((dashboard) => [dashboard.file, dashboard] as const))(
    '%s has no panels over each other',
    (_file, { panels }) => {
      const taken = new Set<string>();
      for (const { gridPos, title } of panels) {
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect([title, taken.has(`${x}/${y}`)]).toEqual([title, false]);
            taken.add(`${x}/${y}`);
          }
        }
      }
    },
  );

  test('show every metric somewhere, or an alert watches it', () => {
    const used = new Set(
      queries.flatMap(([, expr]) => namesIn(expr)).map((name) => name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect([...declared.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});

/** Names of metrics: words that aren't functions, keywords, labels or texts. */
function namesIn(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\boffset\s+\w+/g, '');
  return [...bare.matchAll(/[a-z_][a-z0-9_]*(?!\w*\s*\()/gi)]
    .map(([name]) => name)
    .filter((name) => /^[a-z_]{2,}/.test(name) && !keywords.has(name));
}

const keywords = new Set(['and', 'or', 'unless', 'by', 'on', 'le', 'offset']);

function labelsIn(expr: string): string[] {
  const selectors = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const groups = [...expr.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)].flatMap(
    ([, inside = '']) => inside.split(',').map((label) => label.trim()),
  );
  return [...selectors, ...groups].filter((label) => label !== '');
}
