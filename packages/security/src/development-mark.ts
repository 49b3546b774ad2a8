/**
 * Development keys say so themselves: every file begins with this line, which readers of PEM skip, and the development
 * authority bears it in its name. It stays when a file is copied elsewhere.
 */
export const DEVELOPMENT_MARK = 'Yijie development material - not for production';

export type SecurityProfile = 'development' | 'production';

export function marked(content: string): string {
  return `# ${DEVELOPMENT_MARK}\n${content}`;
}

export function refuseDevelopmentMaterial(profile: SecurityProfile, content: string, file: string): void {
  if (profile === 'production' && content.includes(DEVELOPMENT_MARK))
    throw new Error(
      `${file} is development material and the profile is production: put the region's own key there`,
    );
}
