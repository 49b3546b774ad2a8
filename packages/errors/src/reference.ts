import type { ErrorEntry } from './entry.ts';

/** Reference data (基础数据): a version is loaded whole or not at all. */
export const referenceErrors = {
  'REF-BROKEN': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'operations',
    retry: 'after-fix',
    zh: '基础数据文件有 [{count} ]处错误，未作任何更改[：{file} 第 {line} 行，{reason}]。',
    en: 'The reference files have[ {count}] flaws; nothing was changed[: {file}, line {line}, {reason}].',
    remedyZh: '请用检查命令列出全部错误，更正文件和清单后重新提交。',
    remedyEn: 'List all flaws with the check command, correct files and manifest, and submit again.',
    keyStaysFree: true,
  },
  'REF-VERSION': {
    grpc: 'ALREADY_EXISTS',
    actor: 'operations',
    retry: 'after-fix',
    zh: '这个版本号已加载过内容不同的文件[（{version}）]。',
    en: 'This version was loaded before with other files[ ({version})].',
    remedyZh: '版本一经加载不再改动；请用新的版本号。',
    remedyEn: 'A version never changes once loaded; give the files a new one.',
    keyStaysFree: true,
  },
  'REF-ORDER': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'operations',
    retry: 'after-fix',
    zh: '生效日[（{validFrom}）]早于已加载版本的生效日[（{latest}）]。',
    en: 'It is valid from a day[ ({validFrom})] before that of a version loaded already[ ({latest})].',
    remedyZh: '请把生效日改为不早于最近的版本；过去的日子不能改写。',
    remedyEn: 'Move the day to that of the latest version or later; what has held cannot be rewritten.',
    keyStaysFree: true,
  },
} as const satisfies Record<string, ErrorEntry>;
