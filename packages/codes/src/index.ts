export { parseRegionCode, provinceOf, type RegionCode } from './region.ts';
export { type Region, type RegionDirectory, regionDirectory } from './region-directory.ts';
export {
  FEE_CATEGORY_CODES,
  FEE_CATEGORY_NAMES,
  type FeeCategoryCode,
  FILING_TYPES,
  type FilingType,
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  type HospitalKind,
  type HospitalLevel,
  PERSON_CLASSES,
  type PersonClass,
  RATIO_CLASSES,
  type RatioClass,
  ROUTES,
  type Route,
  SCHEMES,
  type Scheme,
  VISIT_KINDS,
  type VisitKind,
} from './words.ts';
