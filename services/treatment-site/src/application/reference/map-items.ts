import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import { type ItemMapping, type MapItemsRequest, MapItemsResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { isKey } from '../../core/form.ts';
import { findLocalCall, saveLocalCall } from '../../repositories/local-calls.ts';
import { closeUnmappedItems, type NewItemMapping, saveItemMappings } from '../../repositories/mappings.ts';
import type { Caller } from '../caller.ts';
import { refusedHere } from '../commands/answers.ts';
import { bodyHash } from '../commands/body-hash.ts';
import type { Site } from '../site.ts';
import { doneHere } from '../visits/run-visit-call.ts';

/** Call number of MapItems in `local_call`; it has none in the contract, where nothing asks for its outcome. */
const MAP_ITEMS = 100;
const MAPPINGS_MAX = 5_000;

/** Maps local items; what was refused for them can be sent again at once. */
export async function mapItems(
  site: Site,
  request: MapItemsRequest,
  caller: Caller,
): Promise<MapItemsResponse> {
  const refused = (refusal: Refusal): MapItemsResponse => {
    site.flow.refused(refusal.code);
    const { institutionCode } = caller;
    const { idempotencyKey } = request;
    const kept = site.refusals.record({ institutionCode, call: 'map-items', idempotencyKey }, refusal);
    return { outcome: refusedHere(kept), mapped: 0, visitsToRerun: [] };
  };
  if (!isKey(request.idempotencyKey)) return refused(refuse('KEY-MISSING'));
  const { institutionCode } = caller;
  const hash = bodyHash(caller.requestBytes);
  await site.refusals.idle();
  const answer = await site.database.transaction(async (tx): Promise<MapItemsResponse | Refusal> => {
    const key = { institutionCode, call: MAP_ITEMS, key: request.idempotencyKey };
    const earlier = await findLocalCall(tx, key);
    if (earlier) {
      return earlier.bodyHash.equals(hash)
        ? MapItemsResponse.decode(earlier.answer)
        : refuse('KEY-REUSED', { key: request.idempotencyKey });
    }
    const decision = decideMappings(request.mappings, site.mappings.isListed);
    if (!Array.isArray(decision)) return decision as Refusal;
    const nowMs = site.clock.now();
    await saveItemMappings(tx, institutionCode, decision, nowMs);
    const visits = await closeUnmappedItems(
      tx,
      institutionCode,
      decision.map((mapping) => mapping.itemCode),
      nowMs,
    );
    const response: MapItemsResponse = {
      outcome: doneHere(),
      mapped: decision.length,
      visitsToRerun: [...new Set(visits.map(idToText))],
    };
    const audit = { by: caller.audit, action: 'map-items', object: `institution:${institutionCode}` };
    await saveLocalCall(
      tx,
      { ...key, bodyHash: hash, answer: MapItemsResponse.encode(response).finish() },
      audit,
      nowMs,
    );
    return response;
  });
  if ('ok' in answer) return refused(answer);
  await site.mappings.reload(institutionCode);
  site.mappingsChanged(institutionCode);
  return answer;
}

function decideMappings(
  mappings: readonly ItemMapping[],
  isListed: (code: string, day: LocalDate) => boolean,
): NewItemMapping[] | Refusal {
  if (mappings.length === 0) return refuse('FRM-REQUIRED', { field: 'mappings' });
  if (mappings.length > MAPPINGS_MAX) {
    return refuse('FRM-VALUE', {
      field: 'mappings',
      value: String(mappings.length),
      allowed: `1 … ${MAPPINGS_MAX}`,
    });
  }
  const rows: NewItemMapping[] = [];
  const wrong: string[] = [];
  for (const mapping of mappings) {
    const validFrom = localDateFromNumber(mapping.validFrom);
    if (validFrom === undefined) {
      return refuse('FRM-DATE', { field: 'valid_from', value: String(mapping.validFrom) });
    }
    const isWhole =
      mapping.nationalCode === ''
        ? mapping.selfPaidReason !== '' &&
          FEE_CATEGORY_CODES.includes(mapping.categoryCode as FeeCategoryCode)
        : isListed(mapping.nationalCode, validFrom);
    if (mapping.itemCode === '' || mapping.itemCode.length > 64 || !isWhole) {
      wrong.push(mapping.itemCode);
      continue;
    }
    rows.push({
      itemCode: mapping.itemCode,
      validFrom,
      nationalCode: mapping.nationalCode === '' ? undefined : mapping.nationalCode,
      selfPaidReason: mapping.nationalCode === '' ? mapping.selfPaidReason : undefined,
      categoryCode: mapping.nationalCode === '' ? mapping.categoryCode : undefined,
    });
  }
  if (wrong.length > 0) return refuse('CAT-MAPPING', { itemCodes: wrong.slice(0, 20).join(', ') });
  const twice = rows.find(
    (row, index) =>
      rows.findIndex((other) => other.itemCode === row.itemCode && other.validFrom === row.validFrom) !==
      index,
  );
  return twice ? refuse('CAT-MAPPING', { itemCodes: twice.itemCode }) : rows;
}
