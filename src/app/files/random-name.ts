/** Letters and digits that no other process has. By the global object: a start that needs none loads no cryptography. */
export const randomName = (letters: number): string => crypto.randomUUID().replaceAll('-', '').slice(0, letters);
