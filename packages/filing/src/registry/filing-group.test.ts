import { expect, test } from '@jest/globals';
import { context, record, request } from '../../test/registry.ts';
import { applyFilingEvent } from './apply-filing-event.ts';
import { filingGroup } from './filing-group.ts';
import type { Channel } from './filing-record.ts';
import { submitFiling } from './submit-filing.ts';

test.each<[Channel, boolean, string]>([
  ['NHSA_APP', true, 'SELF_SERVICE'],
  ['NHSA_APP', false, 'QUICK'],
  ['NHSA_MINI', true, 'SELF_SERVICE'],
  ['GOV_CLIENT', false, 'QUICK'],
  ['PROV_ONLINE', true, 'LOCAL'],
  ['COUNTER', false, 'LOCAL'],
  ['PHONE', false, 'LOCAL'],
])('made by %s, self-service %s: %s', (channel, selfService, group) => {
  const made = submitFiling(request({ channel, selfService }), context());
  const [filing] = made.ok ? made.rows : [];
  expect(filing && filingGroup(filing)).toBe(group);
});

test('the review doesn’t change the group, nor does a settlement that made it', () => {
  const { now } = context();
  const asked = record({ state: 'REQUESTED', effectiveAt: undefined });
  const approved = applyFilingEvent(asked, { event: 'approve' }, context({ held: [asked] }));
  expect(approved.ok && filingGroup(approved.rows[0]!)).toBe('QUICK');
  expect(filingGroup({ channel: 'DEEMED', appliedAt: now, decidedAt: now })).toBe('SETTLEMENT');
});
