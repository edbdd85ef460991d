/** Whether a body is a form as browsers and OAuth clients send it. */
export const isForm = (type: string | undefined): boolean =>
  type?.toLowerCase() === 'application/x-www-form-urlencoded';

/** Fields of a form, decoded, in their order. */
export const formFields = (text: string): { readonly name: string; readonly value: string }[] =>
  [...new URLSearchParams(text)].map(([name, value]) => ({ name, value }));
