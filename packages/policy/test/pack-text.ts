/** The text of a small pack for tests of one shape; sections are YAML, indented as they stand in a pack. */
export interface PackSections {
  readonly scheme?: 'employee' | 'resident';
  readonly filing?: string;
  readonly before?: string;
  /** The inpatient benefit, indented by four. */
  readonly inpatient?: string;
  readonly outpatient?: string;
  readonly chronic?: string;
  readonly maternity?: string;
  readonly layers?: string;
  readonly account?: string;
}

const PLAIN = `    deductible: { assumed: test, per: none }
    payment: { assumed: test, pays: 80% }`;

export function packText(sections: PackSections = {}): string {
  const visit = (name: 'inpatient' | 'outpatient' | 'chronic' | 'maternity', fallback?: string) => {
    const text = sections[name] ?? fallback;
    return text === undefined ? `  ${name}: { notPublished: test }` : `  ${name}:\n${text}`;
  };
  return `homePool: "899900"
localDigits: 4
name: { zh: 测试, en: test }
scheme: ${sections.scheme ?? 'employee'}
effective: { from: 2025-01-01, until: 2026-01-01 }
benefitYear: { assumed: test, starts: 01-01, decidedBy: settlement }
sources: {}
${sections.before ?? ''}
${sections.filing ?? 'filing: { assumed: test, treatAs: { TWO_WAY_HOME: LOCAL, HOME_POLICY: LOCAL }, effect: none }'}
visits:
${visit('inpatient', PLAIN)}
${visit('outpatient')}
${visit('chronic')}
${visit('maternity')}
layers:${sections.layers ?? ' []'}
${sections.account ?? ''}
`;
}
