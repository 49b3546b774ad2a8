import * as check from './columns.ts';

export const REFERENCE_TABLES = [
  'regions',
  'institutions',
  'openings',
  'suspensions',
  'agencies',
  'chronic-diseases',
  'codes',
  'catalogue',
] as const;
export type ReferenceTable = (typeof REFERENCE_TABLES)[number];

export interface TableForm {
  readonly columns: Readonly<Record<string, check.ColumnCheck>>;
  /** What tells one row from another. */
  readonly key: readonly string[];
  /** What no single column shows; the column it is about and the reason. */
  readonly row?: (fields: Readonly<Record<string, string>>) => { column: string; reason: string } | undefined;
  /** A column whose value must be a key of another table, in the same version or in force. */
  readonly refersTo?: { readonly column: string; readonly table: ReferenceTable };
}

/** The files of a version, one per table; every column has its check, and the header names exactly these. */
export const tableForms: Readonly<Record<ReferenceTable, TableForm>> = {
  regions: {
    columns: {
      code: check.region,
      name: check.required,
      province_code: check.region,
      province_name: check.required,
      is_pool: check.yesOrNo,
    },
    key: ['code'],
  },
  institutions: {
    columns: {
      institution_code: check.institutionCode,
      name: check.required,
      pool: check.region,
      level: check.hospitalLevel,
      kind: check.hospitalKind,
    },
    key: ['institution_code'],
  },
  /** A kind of visit, or one chronic disease, opened at an institution for visits of certain days. */
  openings: {
    columns: {
      institution_code: check.institutionCode,
      service: check.visitKind,
      disease_code: check.free,
      open_from: check.optionalDay,
      open_until: check.optionalDay,
    },
    key: ['institution_code', 'service', 'disease_code', 'open_from'],
    row: ({ service = '', disease_code: disease, open_from: from = '', open_until: until = '' }) => {
      if (disease !== '' && service !== 'chronic')
        return { column: 'disease_code', reason: 'only chronic care is opened by disease' };
      const reason = check.endsAfter(from, until);
      return reason === undefined ? undefined : { column: 'open_until', reason };
    },
    refersTo: { column: 'institution_code', table: 'institutions' },
  },
  suspensions: {
    columns: {
      institution_code: check.institutionCode,
      suspended_from: check.day,
      suspended_until: check.optionalDay,
      reason: check.required,
    },
    key: ['institution_code', 'suspended_from'],
    row: ({ suspended_from: from = '', suspended_until: until = '' }) => {
      const reason = check.endsAfter(from, until);
      return reason === undefined ? undefined : { column: 'suspended_until', reason };
    },
    refersTo: { column: 'institution_code', table: 'institutions' },
  },
  agencies: {
    columns: {
      region_code: check.region,
      region_name: check.required,
      office: check.required,
      service: check.required,
      address: check.free,
      phone: check.free,
    },
    key: ['region_code', 'office', 'service'],
  },
  'chronic-diseases': {
    columns: { code: check.required, name: check.required, open_from: check.optionalDay },
    key: ['code'],
  },
  /** Any other national code table: the table's name, the code, its words. */
  codes: {
    columns: {
      code_table: check.required,
      code: check.required,
      name_zh: check.required,
      name_en: check.free,
    },
    key: ['code_table', 'code'],
  },
  catalogue: {
    columns: {
      national_code: check.required,
      name: check.required,
      code_kind: check.codeKind,
      item_class: check.itemClass,
      class_basis: check.required,
      prepay_ratio_bp: check.basisPoints,
      ratio_basis: check.required,
      price_limit_yuan: check.optionalPrice,
      limit_basis: check.required,
      category: check.feeCategory,
      item_group: check.itemGroup,
      valid_from: check.day,
      valid_until: check.optionalDay,
    },
    key: ['national_code', 'valid_from'],
    row: ({ valid_from: from = '', valid_until: until = '' }) => {
      const reason = check.endsAfter(from, until);
      return reason === undefined ? undefined : { column: 'valid_until', reason };
    },
  },
};
