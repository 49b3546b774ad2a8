/** What may be shown of a person without a purpose (trust of screens, slips of others, lists). */

/** 刘某某 → 刘**. Always two stars: the length of a name tells too much in a small place. */
export function maskName(name: string): string {
  const [first] = name.trim();
  return first === undefined ? '' : `${first}**`;
}

/** 220122199001011234 → 2201**********1234; numbers of eight signs or fewer are hidden whole. */
export function maskCertificateNumber(number: string): string {
  const signs = [...number.trim()];
  if (signs.length <= 8) return '*'.repeat(signs.length);
  return `${signs.slice(0, 4).join('')}${'*'.repeat(signs.length - 8)}${signs.slice(-4).join('')}`;
}
