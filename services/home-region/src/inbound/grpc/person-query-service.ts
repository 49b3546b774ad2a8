import { PersonQueryServiceService, type PersonSettlement as WireSettlement } from '@yijie/contracts/query';
import { type Refusal, refuse } from '@yijie/errors';
import { filingGroup } from '@yijie/filing';
import type { Database } from '@yijie/postgres';
import { type Clock, idToText, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, auditActor, type ColumnCipher } from '@yijie/security';
import { listPersonFilings } from '../../application/queries/list-person-filings.ts';
import { listPersonSettlements } from '../../application/queries/list-person-settlements.ts';
import { type PublicNames, printChronicNotice } from '../../application/queries/print-chronic-notice.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { findMember, type StoredMember } from '../../repositories/members/member-rows.ts';
import {
  type PersonSettlement,
  personYearCosts,
  visibleSettlement,
} from '../../repositories/queries/person-settlements.ts';
import { visitKind } from '../../wire/words.ts';
import { readSettled } from '../../wire/write-answer.ts';
import { callerPool } from './caller-pool.ts';
import { wireFiling } from './filing-wire.ts';
import { readForm, requiredId, requiredText } from './form.ts';

export interface PersonQueryParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly cipher: ColumnCipher;
  readonly names: PublicNames;
}

export function personQueryService(parts: PersonQueryParts): UnaryService<Authorized> {
  const { database, clock } = parts;

  /** Somebody of another pool looks like nobody. */
  async function memberOf(personToken: string, identity: Authorized): Promise<StoredMember | Refusal> {
    return (await findMember(database, personToken, callerPool(identity))) ?? refuse('ENR-NOTFOUND');
  }

  return unaryService(PersonQueryServiceService, {
    async listPersonFilings(request, { identity }) {
      const found = await memberOf(request.personToken, identity);
      if ('code' in found) return found;
      const page = await listPersonFilings(database, request.personToken, request);
      if (!page.ok) return page;
      return {
        filings: page.filings.map((record) => ({
          filing: wireFiling(record, request.personToken),
          group: filingGroup(record),
        })),
        nextPageToken: page.nextPageToken,
      };
    },

    async listPersonSettlements(request, { identity }) {
      const found = await memberOf(request.personToken, identity);
      if ('code' in found) return found;
      const page = await listPersonSettlements(database, request.personToken, callerPool(identity), request);
      if (!page.ok) return page;
      return { settlements: page.settlements.map(wireSettlement), nextPageToken: page.nextPageToken };
    },

    async getPersonSettlement({ settlementId }, { identity }) {
      const read = readForm(() => requiredId('settlement_id', settlementId));
      if (!read.ok) return read;
      const found = await visibleSettlement(database, read.form, { pool: callerPool(identity) });
      const settled = found && readSettled(found.reply);
      if (found === undefined || settled === undefined) return refuse('STL-NOTFOUND', { settlementId });
      return {
        settlement: wireSettlement(found),
        shares: settled.shares,
        layers: settled.layers.map((layer) => ({ ...layer, ratioBp: layer.ratioBp ?? 0 })),
        deductiblePaidFen: settled.deductiblePaidFen,
        policyVersion: found.policyVersion,
      };
    },

    async getPersonYear(request, { identity }) {
      const read = readForm(() => requiredText('benefit_year', request.benefitYear, 20));
      if (!read.ok) return read;
      const found = await memberOf(request.personToken, identity);
      if ('code' in found) return found;
      const { personToken, scheme } = found.member;
      const costs = await personYearCosts(database, personToken, scheme, read.form);
      return { ...costs, accumulators: { ...costs.accumulators } };
    },

    async printChronicNotice(request, { identity }) {
      const found = await memberOf(request.personToken, identity);
      if ('code' in found) return found;
      const nowMs = clock.now();
      const language = request.language === 'en' ? 'en' : 'zh';
      const text = await printChronicNotice(parts, found, language, nowMs);
      // The notice carries the whole name: who printed it stands in the trail.
      await appendAudit(database, [
        {
          ...auditActor(identity.caller),
          atMs: nowMs,
          action: 'chronic-notice.print',
          object: `member:${request.personToken}`,
          purpose: 'chronic-disease notice',
        },
      ]);
      return { text };
    },
  });
}

function wireSettlement(found: PersonSettlement): WireSettlement {
  return {
    settlementId: idToText(found.settlementId),
    refundedId: found.originalId === null ? '' : idToText(found.originalId),
    refundId: found.refundId === null ? '' : idToText(found.refundId),
    settledAtMs: found.settledAtMs,
    visitKind: visitKind.wire(found.visitKind),
    treatmentPool: found.treatmentPool,
    institutionCode: found.institutionCode,
    benefitYear: found.benefitYear,
    totalFen: found.totalFen,
    fundFen: found.fundFen,
    accountFen: found.accountFen,
    cashFen: found.cashFen,
    correctedFen: found.correctedFen,
  };
}
