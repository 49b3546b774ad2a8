import { localDateAt, startOfDay } from './local-date.ts';

/** An instant as a person reads it in China: "2026-11-23 08:00". */
export function minuteText(ms: number): string {
  const day = localDateAt(ms);
  const minutes = Math.floor((ms - startOfDay(day)) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
