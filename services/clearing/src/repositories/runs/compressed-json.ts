import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** JSON for a column: tables of a month shrink tenfold, off the event loop. Money in it is whole fen. */
export async function toCompressedJson(value: unknown): Promise<Buffer> {
  return compress(JSON.stringify(value), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** What `toCompressedJson` stored; the caller knows its type, since nobody else writes the column. */
export async function fromCompressedJson<Value>(bytes: Uint8Array): Promise<Value> {
  return JSON.parse((await decompress(bytes)).toString('utf8')) as Value;
}
