const key = 'lakegate-token';

/**
 * The token of this page's address. It leaves the address bar and the history at once, so that nobody copies it with the
 * address, and stays in this tab, so that the page can be loaded again.
 */
export function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    history.replaceState(null, '', location.pathname);
    sessionStorage.setItem(key, given);
  }
  return given ?? sessionStorage.getItem(key) ?? undefined;
}
