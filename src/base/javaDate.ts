/** `Thu Jan 01 00:00:00 UTC 1970`: Java's Date.toString, always in UTC, without a Date. */

const MS_PER_DAY = 86_400_000;
/** 1970-01-01 was a Thursday. */
const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `unixMs` 0 or later. */
export function javaDate(unixMs: number): string {
  const day = Math.floor(unixMs / MS_PER_DAY);
  const seconds = Math.floor((unixMs % MS_PER_DAY) / 1000);
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  const { year, month, dayOfMonth } = civilDate(day);
  return `${DAYS[day % 7]} ${MONTHS[month]} ${twoDigits(dayOfMonth)} ${clock} UTC ${year}`;
}

/** `month` from 0. */
function civilDate(day: number): { year: number; month: number; dayOfMonth: number } {
  let year = 1970;
  let left = day;
  for (; left >= daysOf(year); year++) left -= daysOf(year);
  const lengths = [31, daysOf(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  let month = 0;
  for (let length = lengths[0] ?? 0; left >= length; length = lengths[++month] ?? 0) left -= length;
  return { year, month, dayOfMonth: left + 1 };
}

function daysOf(year: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 366 : 365;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
