/** Three digits that matter, and the unit that keeps them few. */
const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export function duration(ms: number): string {
  if (ms < 1_000) return `${figure(ms)} ms`;
  if (ms < 60_000) return `${figure(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${figure(bytes / 1_000)} kB`;
  if (bytes < 1_000_000_000) return `${figure(bytes / 1_000_000)} MB`;
  return `${figure(bytes / 1_000_000_000)} GB`;
}

/** Thousands apart: 12,345. */
export const count = (value: number): string => value.toLocaleString('en-US');
