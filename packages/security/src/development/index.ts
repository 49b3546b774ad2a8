export { createDevelopmentPki, type DevelopmentPkiOptions } from './create-development-pki.ts';
