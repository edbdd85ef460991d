/** The file with the CA of inspection alone, as `lakegate ca bundle` writes it. */
export const deliveredFileOf = (deliver: { readonly file: string } | undefined): string =>
  deliver?.file ?? 'lakegate-ca.pem';

/** The file with the public roots as well, next to the one with the CA alone: `lakegate-ca.pem`, `lakegate-ca-bundle.pem`. */
export const bundleFileOf = (file: string): string => file.replace(/(\.[^.]*)?$/, '-bundle$1');
