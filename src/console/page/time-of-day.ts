/** 09:15:02.118 on this machine's clock. */
export function timeOfDay(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** 2026-11-24 09:15:02.118 */
export const dayAndTime = (iso: string): string => {
  const date = new Date(iso);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((one) => String(one).padStart(2, '0'))
    .join('-');
  return `${day} ${timeOfDay(iso)}`;
};
