import { Scheme, VisitKind } from '@yijie/contracts/common';
import { type Label, schemeLabels, visitKindLabels } from '@yijie/documents';

const NONE: Label = { zh: '', en: '' };

export function schemeOf(scheme: Scheme): Label {
  if (scheme === Scheme.EMPLOYEE) return schemeLabels.employee;
  return scheme === Scheme.RESIDENT ? schemeLabels.resident : NONE;
}

export function visitKindOf(kind: VisitKind): Label {
  switch (kind) {
    case VisitKind.INPATIENT:
      return visitKindLabels.inpatient;
    case VisitKind.OUTPATIENT:
      return visitKindLabels.outpatient;
    case VisitKind.CHRONIC:
      return visitKindLabels.chronic;
    case VisitKind.MATERNITY:
      return visitKindLabels.maternity;
    default:
      return NONE;
  }
}
