import { readFile } from 'node:fs/promises';
import type { LocalDate } from '@yijie/calendar';
import { levelOf, NOTICE_CATEGORIES, NOTICE_STATES, type Notice, type Payment } from '@yijie/clearing';
import { type RegionDirectory, regionDirectory } from '@yijie/codes';
import { NoticeServiceClient, type Notice as WireNotice } from '@yijie/contracts/clearing';
import { Scheme } from '@yijie/contracts/common';
import { type NoticePaperInput, noticePaper, type SpecialAccount } from '@yijie/documents';
import type { Fen } from '@yijie/money';
import { readRegions } from '@yijie/reference-data';
import type { Command } from 'commander';
import { z } from 'zod';
import { show, withRefusals } from './answers.ts';
import { atDesk, type DeskOptions, deskCommand } from './desk.ts';
import { formatOption, outOption, PaperFiles, type PaperOptions } from './paper-files.ts';
import { day } from './printing.ts';
import { tableNumber } from './wire-table.ts';

interface NoticeOptions extends DeskOptions, PaperOptions {
  readonly accounts?: string;
}

/** `yijie clearing export notice`: attachments 7 and 8. */
export function exportNoticeCommand(): Command {
  return deskCommand(
    'notice',
    'receipt and payment notices (attachments 7 and 8); without a number all of the run',
  )
    .argument('[notice]', 'its number')
    .option(
      '--accounts <file>',
      'JSON: special accounts by party, { "220000": { "name", "bank", "number" } }',
    )
    .addOption(formatOption())
    .addOption(outOption())
    .action((noticeNo: string | undefined, options: NoticeOptions) =>
      withRefusals(options, () =>
        atDesk(options, 'finance', async (desk) => {
          const client = desk.client(NoticeServiceClient);
          const list = { owner: desk.owner, period: `${desk.period}`, party: '', category: '' };
          const notices =
            noticeNo === undefined
              ? (await desk.ask(client, client.listNotices, list)).notices
              : [(await desk.ask(client, client.getNotice, { noticeNo })).notice];
          const accounts = await accountsFrom(options.accounts);
          const regions = regionDirectory(readRegions());
          const files = new PaperFiles(options);
          const written: string[] = [];
          for (const notice of notices) {
            if (notice === undefined) continue;
            const paper = noticePaper(paperInput(notice, accounts, regions));
            written.push(...(await files.write(notice.noticeNo, paper)));
          }
          show(desk, { files: written }, () => written.join('\n'));
        }),
      ),
    );
}

const accountList = z.record(
  z.string(),
  z.object({ name: z.string(), bank: z.string(), number: z.string() }),
);

async function accountsFrom(file: string | undefined): Promise<ReadonlyMap<string, SpecialAccount>> {
  if (file === undefined) return new Map();
  return new Map(Object.entries(accountList.parse(JSON.parse(await readFile(file, 'utf8')))));
}

function paperInput(
  wire: WireNotice,
  accounts: ReadonlyMap<string, SpecialAccount>,
  regions: RegionDirectory,
): NoticePaperInput {
  const notice = noticeFromWire(wire);
  const parties = [notice.party, ...notice.lines.map(({ counterparty }) => counterparty)];
  return {
    notice,
    accounts,
    names: new Map(parties.map((party) => [party, nameOf(party, regions)])),
    payments: wire.lines.flatMap(({ lineNo, payments }) =>
      payments.map(
        (payment): Payment => ({
          noticeNo: wire.noticeNo,
          lineNo,
          bankName: payment.bankName,
          bankSerial: payment.bankSerial,
          tradeDate: day(payment.tradeDate) as LocalDate,
          paidFen: payment.paidFen as Fen,
        }),
      ),
    ),
    state: oneOf(NOTICE_STATES, wire.state),
  };
}

function nameOf(party: string, regions: RegionDirectory): string {
  return party.endsWith('P')
    ? `${regions.nameOf(party.slice(0, 6))}平台`
    : regions.nameOf(party, { full: true });
}

/** What the service sends has been checked there; its words are looked up so that a new one is seen here. */
function noticeFromWire(wire: WireNotice): Notice {
  return {
    noticeNo: wire.noticeNo,
    level: levelOf(wire.runOwner),
    runOwner: wire.runOwner,
    party: wire.party,
    direction: oneOf(['PAY', 'RCV'] as const, wire.direction),
    category: oneOf(NOTICE_CATEGORIES, wire.category),
    period: wire.period,
    revision: wire.revision,
    issuedOn: day(wire.issuedOn) as LocalDate,
    dueOn: day(wire.dueOn) as LocalDate,
    lines: wire.lines.map((line) => ({
      lineNo: line.lineNo,
      counterparty: line.counterparty,
      kind: oneOf(['NORMAL', 'RETURN'] as const, line.kind),
      scheme:
        line.scheme === Scheme.EMPLOYEE ? 'employee' : line.scheme === Scheme.RESIDENT ? 'resident' : null,
      employeeFen: line.employeeFen as Fen,
      residentFen: line.residentFen as Fen,
      amountFen: line.amountFen as Fen,
      twinNoticeNo: line.twinNoticeNo,
      twinLineNo: line.twinLineNo,
    })),
    totalFen: wire.totalFen as Fen,
    basis: {
      tableNo: tableNumber(wire.basisTable),
      revision: wire.basisRevision,
      contentHash: wire.basisHash,
    },
  };
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const known = words.find((word) => word === text);
  if (known === undefined) throw new Error(`The service says ${text}, which this version doesn't know.`);
  return known;
}
