export interface CheckFinding {
  readonly code: 'POL-FORM' | 'POL-LIMIT';
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function formFinding(path: readonly (string | number)[], message: string): CheckFinding {
  return { code: 'POL-FORM', path, message };
}
