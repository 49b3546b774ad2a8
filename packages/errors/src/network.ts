import type { ErrorEntry } from './entry.ts';

/** The way between the regions (省际通道). An unknown share is never invented. */
export const networkErrors = {
  'NET-HOME': {
    grpc: 'UNAVAILABLE',
    actor: 'nobody',
    retry: 'auto',
    zh: '参保地系统暂时没有应答[（{homePool}）][，停机公告预计 {until} 恢复]。',
    en: 'The home region does not answer for the moment[ ({homePool})][; by its notice it is back {until}].',
    remedyZh: '系统繁忙，请保留本条信息稍后再试；确实等不及的，可先交押金，或自费结算后回参保地报销。',
    remedyEn: 'Keep this message and try later; leave a deposit, or pay and claim at home if it cannot wait.',
    keyStaysFree: true,
    usually: {
      zh: '系统自动重试；有停机公告的，至公告的恢复时间',
      en: 'retried by itself; with a notice, until the time it names',
      basis: 'default',
    },
  },
  'NET-PENDING': {
    grpc: 'UNAVAILABLE',
    actor: 'nobody',
    retry: 'auto',
    zh: '请求已受理，参保地尚未答复[（报文号 {messageId}）]。',
    en: 'The request is accepted; the home region has not answered yet[ (message {messageId})].',
    remedyZh: '请按提示的时间用同一请求号再次查询，不要重复收费。',
    remedyEn: 'Ask again with the same key at the time given; do not charge twice.',
    keyStaysFree: true,
  },
  'NET-PARKED': {
    grpc: 'UNAVAILABLE',
    actor: 'operations',
    retry: 'auto',
    zh: '该参保人前面有一条报文处理失败，后续报文按次序等待[（报文号 {messageId}）]。',
    en: 'An earlier message of this person failed; later ones wait in order[ (message {messageId})].',
    remedyZh: '系统维护人员处理前一条报文后会自动继续，请稍后查询结果。',
    remedyEn: 'It goes on by itself once operations have dealt with the earlier message; ask later.',
    keyStaysFree: true,
  },
  'NET-CODE': {
    grpc: 'INTERNAL',
    actor: 'operations',
    retry: 'after-fix',
    zh: '对方系统返回了本系统不认识的代码[（{code}）]。',
    en: "The other system answered with a code this one doesn't know[ ({code})].",
    remedyZh: '请系统维护人员升级本系统；急需结算的，请按代码咨询参保地医保经办机构。',
    remedyEn: 'Operations upgrade this system; if it is urgent, ask the home agency about that code.',
  },
} as const satisfies Record<string, ErrorEntry>;
