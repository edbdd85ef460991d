export type Theme = 'auto' | 'light' | 'dark';

const key = 'lakegate-theme';
const order: readonly Theme[] = ['auto', 'light', 'dark'];

export const storedTheme = (): Theme => order.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';

export const nextTheme = (theme: Theme): Theme => order[(order.indexOf(theme) + 1) % order.length] ?? 'auto';

/** `auto` is what the system asks for. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(key, theme);
}
