import { type Instant, type LocalDate, localDateAt, startOfDay } from '@yijie/calendar';

/** 202603 as 2026年3月, 2025 as 2025年度. */
export function periodInWords(period: string): string {
  if (/^\d{4}$/.test(period)) return `${period}年度`;
  return `${period.slice(0, 4)}年${Number(period.slice(4))}月`;
}

/** The day of an instant, or a day, as letters write it: 2026年4月21日. */
export function dayInWords(day: LocalDate | Instant): string {
  const [year, month, date] = (typeof day === 'number' ? localDateAt(day) : day).split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}

/** YYYY-MM-DD HH:MM in Asia/Shanghai. */
export function minuteText(instant: Instant): string {
  const day = localDateAt(instant);
  const minutes = Math.floor((instant - startOfDay(day)) / 60_000);
  const two = (value: number) => `${value}`.padStart(2, '0');
  return `${day} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
