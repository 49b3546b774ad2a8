import type { LocalDate } from '@yijie/calendar';
import {
  buildNotices,
  type CheckFailure,
  type ClearingParameters,
  checkR11,
  checkR12,
  moneyDays,
  type Notice,
  type NoticeCategory,
  type PartyCode,
  type RunOwner,
  type Transfer,
  type TransferComponent,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { insertNotices } from '../../repositories/money/notices.ts';

export interface TransfersToIssue {
  readonly owner: RunOwner;
  readonly category: NoticeCategory;
  readonly period: string;
  readonly revision: number;
  readonly transfers: readonly Transfer[];
  readonly basisHashOf: (party: PartyCode) => string;
  /** What a transfer settles, for the ledger once it is paid. */
  readonly componentsOf: (transfer: Transfer) => readonly TransferComponent[];
  /** Checks of the category beside R11 and R12. */
  readonly check?: ((notices: readonly Notice[]) => readonly CheckFailure[]) | undefined;
}

/** Makes the notices of transfers with their twins, checks them and stores them. */
export async function issueTransfers(
  tx: Queryable,
  issue: TransfersToIssue,
  { calendar }: Pick<ClearingParameters, 'calendar'>,
  { by, at, today }: { readonly by: string; readonly at: number; readonly today: LocalDate },
): Promise<{ readonly ok: true; readonly notices: readonly Notice[] } | Refusal> {
  const days = moneyDays(today, calendar);
  if (!days.ok) return days;
  const notices = buildNotices({ ...issue, issuedOn: today, dueOn: days.payBy });
  const [failure] = [...checkR11(notices), ...checkR12(notices), ...(issue.check?.(notices) ?? [])];
  if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
  const settled = componentsByLine(notices, issue);
  await insertNotices(tx, notices, (noticeNo, lineNo) => settled.get(`${noticeNo}/${lineNo}`), by, at);
  return { ok: true, notices };
}

/** Lines stand in the order of the transfers of their payer. */
function componentsByLine(
  notices: readonly Notice[],
  { transfers, componentsOf }: TransfersToIssue,
): ReadonlyMap<string, readonly TransferComponent[]> {
  const ofPayer = Map.groupBy(transfers, ({ payer }) => payer);
  return new Map(
    notices
      .filter(({ direction }) => direction === 'PAY')
      .flatMap(({ noticeNo, party, lines }) =>
        lines.map((line, at) => {
          const transfer = ofPayer.get(party)?.[at];
          if (transfer === undefined || transfer.payee !== line.counterparty)
            throw new Error(`line ${noticeNo}/${line.lineNo} has another order than its transfers`);
          return [`${noticeNo}/${line.lineNo}`, componentsOf(transfer)] as const;
        }),
      ),
  );
}
