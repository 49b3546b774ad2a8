import type { ErrorEntry } from './entry.ts';

/** The personal account (个人账户). Notes beside a settlement, not failures. */
export const accountErrors = {
  'ACC-BALANCE': {
    grpc: 'OK',
    actor: 'nobody',
    retry: 'no',
    zh: '个人账户余额不足，不足部分由现金支付[：账户支付 {accountFen} 元][，现金 {cashFen} 元]。',
    en: 'The personal account does not suffice; the rest is cash[: account {accountFen} yuan][, cash {cashFen} yuan].',
    remedyZh: '不影响结算，请按结算单支付现金部分。',
    remedyEn: 'The visit settles all the same; pay the cash part shown on the slip.',
  },
} as const satisfies Record<string, ErrorEntry>;
