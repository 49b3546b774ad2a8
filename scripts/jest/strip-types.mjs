// Jest transform: Node's own type stripping, which keeps lines and columns, so that no source map is needed.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

export default {
  process(source) {
    return { code: stripTypeScriptTypes(source) };
  },
  getCacheKey(source, path) {
    return createHash('sha1').update(path).update(source).update(process.version).digest('hex');
  },
};
