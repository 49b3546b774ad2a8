export { BinaryReader } from './binary-reader.ts';
export { BinaryWriter } from './binary-writer.ts';
