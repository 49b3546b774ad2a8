import type { ErrorEntry } from './entry.ts';

/** Outage and maintenance notices (停机公告). */
export const noticeErrors = {
  'NTC-SCOPE': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'treatment-agency',
    retry: 'after-fix',
    zh: '公告范围不成立：须为一个地区或一家机构，且在发布人的管辖内[（{scope}）]。',
    en: "The notice's scope doesn't hold: one region or one institution, within the publisher's own[ ({scope})].",
    remedyZh: '请填写本统筹区或本区机构；参保地的公告由系统维护人员发布。',
    remedyEn: 'Name your own region or an institution of it; operations announce for home regions.',
    keyStaysFree: true,
  },
  'NTC-DATES': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'treatment-agency',
    retry: 'after-fix',
    zh: '公告的起止时间不成立：结束须晚于开始，且尚未过去。',
    en: "The notice's times don't hold: its end lies after its start, and not in the past.",
    remedyZh: '请更正起止时间后重新发布。',
    remedyEn: 'Correct the times and publish again.',
    keyStaysFree: true,
  },
  'NTC-SHORT': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'treatment-agency',
    retry: 'after-fix',
    zh: '计划停机须提前公告[，至少 {hours} 小时]。',
    en: 'A planned stop is announced ahead[, by at least {hours} hours].',
    remedyZh: '请推迟停机；确为突发故障的，按非计划停机发布。',
    remedyEn: 'Put the stop off, or publish it as unplanned if it is a failure.',
    keyStaysFree: true,
  },
  'NTC-NOTFOUND': {
    grpc: 'NOT_FOUND',
    actor: 'treatment-agency',
    retry: 'no',
    zh: '没有这条公告，或它不在发布人的管辖内[（{noticeId}）]。',
    en: "There is no such notice within the caller's own[ ({noticeId})].",
    remedyZh: '请核对公告编号；可先查询公告列表。',
    remedyEn: 'Check the number, or list the notices first.',
  },
} as const satisfies Record<string, ErrorEntry>;
