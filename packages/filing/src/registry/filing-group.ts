import type { FilingRecord } from './filing-record.ts';

/** The groups in which people look for their filings: quick filing, self-service, local platforms, and settlements. */
export const FILING_GROUPS = ['QUICK', 'SELF_SERVICE', 'LOCAL', 'SETTLEMENT'] as const;
export type FilingGroup = (typeof FILING_GROUPS)[number];

/**
 * 快速备案 by the national channels with a review, 自助开通 there without one, 地方平台 for everything made in the region. A
 * filing decided at the moment of its application had no review.
 */
export function filingGroup(filing: Pick<FilingRecord, 'channel' | 'appliedAt' | 'decidedAt'>): FilingGroup {
  switch (filing.channel) {
    case 'NHSA_APP':
    case 'NHSA_MINI':
    case 'GOV_CLIENT':
      return filing.decidedAt === filing.appliedAt ? 'SELF_SERVICE' : 'QUICK';
    case 'PROV_ONLINE':
    case 'COUNTER':
    case 'PHONE':
      return 'LOCAL';
    case 'DEEMED':
      return 'SETTLEMENT';
  }
}
