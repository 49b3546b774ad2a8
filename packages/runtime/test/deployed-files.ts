import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What deploy/ says about metrics, read for the tests. */

export const repository = fileURLToPath(new URL('../../../', import.meta.url));
export const alertsFolder = `${repository}deploy/alerts/`;
const dashboardsFolder = `${repository}deploy/dashboards/`;

export interface AlertRule {
  readonly file: string;
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface DashboardQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

export const ruleFiles = (): string[] => readdirSync(alertsFolder).filter((name) => name.endsWith('.yml'));

export function alertRules(): AlertRule[] {
  return ruleFiles().flatMap((file) => {
    const { groups } = parse(readFileSync(alertsFolder + file, 'utf8')) as {
      groups: { rules: Omit<AlertRule, 'file'>[] }[];
    };
    return groups.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, file })));
  });
}

/** Names of the alerts that a promtool test makes fire. */
export function firedInTests(): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(`${alertsFolder}tests/`)) {
    const { tests } = parse(readFileSync(`${alertsFolder}tests/${file}`, 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
    };
    for (const { alert_rule_test: checks } of tests) {
      for (const { alertname, exp_alerts: expected } of checks) {
        if (expected !== undefined && expected.length > 0) names.add(alertname);
      }
    }
  }
  return names;
}

export function dashboards(): Dashboard[] {
  return readdirSync(dashboardsFolder).map((file) => ({
    file,
    ...(JSON.parse(readFileSync(dashboardsFolder + file, 'utf8')) as Omit<Dashboard, 'file'>),
  }));
}

export function dashboardQueries(): DashboardQuery[] {
  return dashboards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ dashboard: file, panel: title, expr })),
    ),
  );
}
