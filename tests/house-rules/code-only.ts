import { stripTypeScriptTypes } from 'node:module';

/** What is left of a TypeScript file without its types, comments, and the contents of strings and patterns. */
export function codeOnly(typescript: string): string {
  const source = stripTypeScriptTypes(typescript);
  let code = '';
  let at = 0;
  /** Depth of braces inside each open `${`. */
  const templates: number[] = [];

  const skipQuoted = (quote: string): void => {
    at += 1;
    while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
    at += 1;
  };
  /** Up to the closing backtick, or into the next `${`. */
  const skipTemplate = (): void => {
    while (at < source.length) {
      if (source[at] === '\\') at += 2;
      else if (source[at] === '`') {
        at += 1;
        return;
      } else if (source.startsWith('${', at)) {
        at += 2;
        templates.push(0);
        return;
      } else at += 1;
    }
  };
  const skipPattern = (): void => {
    at += 1;
    for (let inClass = false; at < source.length; at += 1) {
      if (source[at] === '\\') at += 1;
      else if (source[at] === '[') inClass = true;
      else if (source[at] === ']') inClass = false;
      else if (source[at] === '/' && !inClass) break;
    }
    at += 1;
  };

  while (at < source.length) {
    const char = source[at] ?? '';
    const depth = templates.at(-1);
    if (source.startsWith('//', at)) at = endOr(source.indexOf('\n', at), source);
    else if (source.startsWith('/*', at)) at = endOr(source.indexOf('*/', at) + 2, source);
    else if (char === "'" || char === '"') skipQuoted(char);
    else if (char === '`') {
      at += 1;
      skipTemplate();
    } else if (char === '/' && patternMayStart(code)) skipPattern();
    else if (char === '}' && depth === 0) {
      templates.pop();
      at += 1;
      skipTemplate();
    } else {
      if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1;
      if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1;
      code += char;
      at += 1;
      continue;
    }
    code += ' ';
  }
  return code;
}

function endOr(index: number, source: string): number {
  return index < 0 ? source.length : index;
}

/** A slash divides after a value and opens a pattern after an operator or a keyword. */
function patternMayStart(codeBefore: string): boolean {
  const before = codeBefore.trimEnd();
  return (
    before === '' || /[(,=:[!&|?{};+\-*%~^<>]$/.test(before) || /\b(?:return|typeof|case|in|of)$/.test(before)
  );
}
