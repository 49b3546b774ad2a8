import type { ErrorEntry } from './entry.ts';

/** Idempotency keys (请求号). */
export const keyErrors = {
  'KEY-MISSING': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'hospital',
    retry: 'after-fix',
    zh: '请求号缺失，或长度不在1到64个字符之间。',
    en: 'The idempotency key is missing or not 1 to 64 characters long.',
    remedyZh: '请为每个改变状态的请求生成一个唯一的请求号，重发时保持不变。',
    remedyEn: 'Make one unique key for every request that changes state, and keep it when you send again.',
    keyStaysFree: true,
  },
  'KEY-REUSED': {
    grpc: 'ALREADY_EXISTS',
    actor: 'hospital',
    retry: 'no',
    zh: '该请求号已用于内容不同的请求[（{key}）]。',
    en: 'This key was used before with another body[ ({key})].',
    remedyZh: '新的请求请使用新的请求号；要知道原请求的结果，请按请求号查询。',
    remedyEn: 'Use a new key for a new request; to learn what became of the first, ask by its key.',
  },
  'KEY-UNKNOWN': {
    grpc: 'NOT_FOUND',
    actor: 'hospital',
    retry: 'no',
    zh: '没有收到过这个请求号的请求。',
    en: 'No request with this key has been received.',
    remedyZh: '该请求没有执行，可以用同一请求号重新发送。',
    remedyEn: 'It was not carried out; you may send it with the same key.',
    keyStaysFree: true,
  },
} as const satisfies Record<string, ErrorEntry>;
