export { minuteText } from './clock-text.ts';
export { type DateRange, rangeContains, rangesOverlap } from './date-range.ts';
export {
  addDays,
  addMonths,
  completedMonths,
  completedYears,
  daysBetween,
  type Instant,
  isDayNumber,
  type LocalDate,
  localDate,
  localDateAt,
  localDateFromNumber,
  localDateToNumber,
  parseLocalDate,
  startOfDay,
} from './local-date.ts';
export {
  addWorkingDays,
  isWorkingDay,
  KNOWN_HOLIDAY_YEARS,
  type WorkingDay,
  workingDayFrom,
} from './working-days.ts';
