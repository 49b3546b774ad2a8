import { isPlatform, NATIONAL_CENTRE } from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import {
  DecidePartyResponse,
  ReturnRunResponse,
  type RunParty,
  RunServiceClient,
  SignRunResponse,
} from '@yijie/contracts/clearing';
import type { Command } from 'commander';
import { say, show, withRefusals } from './answers.ts';
import { atDesk, type Desk, type DeskOptions, deskCommand } from './desk.ts';
import { partyStateWords, runStateWords } from './run-words.ts';

interface PartyOptions extends DeskOptions {
  readonly party?: string;
}

/** How much of the hash a signer types in, to say that it is what they have looked at. */
const HASH_CHARACTERS = 8;

/** `yijie clearing sign`: signs what the signer has looked at, named by its hash; without --hash it shows the hash. */
export function signCommand(): Command {
  return deskCommand('sign', "sign a party's tables; --hash says which content was looked at (签章)")
    .option('--party <code>', "the party (default: the desk's own agency)")
    .option('--hash <characters>', `the first ${HASH_CHARACTERS} or more characters of the content hash`)
    .action((options: PartyOptions & { readonly hash?: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const { party, revision } = await partyOf(options, desk);
          const { hash = '' } = options;
          if (hash.length < HASH_CHARACTERS || !party.contentHash.startsWith(hash)) {
            process.exitCode = 2;
            show(desk, { signed: false, revision, party }, () =>
              say(desk, unsignedWords(party, revision, hash)),
            );
            return;
          }
          const runs = desk.client(RunServiceClient);
          const answer = await desk.ask(runs, runs.signRun, {
            run: { owner: desk.owner, period: desk.period },
            revision,
            party: party.party,
            contentHash: party.contentHash,
          });
          show(desk, SignRunResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${party.party} 已对第 ${revision} 版签章（${party.contentHash}）。清算状态：${runStateWords(answer.runState).zh}。`,
              en: `${party.party} has signed revision ${revision} (${party.contentHash}). The run is ${runStateWords(answer.runState).en}.`,
            }),
          );
        }),
      ),
    );
}

function unsignedWords(party: RunParty, revision: number, hash: string) {
  const command = `yijie clearing sign --party ${party.party} --hash ${party.contentHash.slice(0, 16)}`;
  if (hash !== '')
    return {
      zh: `未签章：${party.party} 第 ${revision} 版的内容校验码是 ${party.contentHash}，与所给的 ${hash} 不符。请先核对新版表格。`,
      en: `Not signed: the hash of ${party.party}, revision ${revision}, is ${party.contentHash}, not ${hash}. Look at the new tables first.`,
    };
  return {
    zh: `${party.party} 第 ${revision} 版（${partyStateWords(party.state).zh}），内容校验码 ${party.contentHash}。\n请核对表格（yijie clearing export），其页脚印有同一校验码；核对无误后签章：\n  ${command}`,
    en: `${party.party}, revision ${revision} (${partyStateWords(party.state).en}), content hash ${party.contentHash}.\nLook at the tables (yijie clearing export), which print the same hash; then sign:\n  ${command}`,
  };
}

/** `yijie clearing return`: returns a party's tables with the rows that it disputes. */
export function returnCommand(): Command {
  return deskCommand('return', "return a party's tables with the rows it disputes (退回)")
    .argument('[settlements...]', 'numbers of the disputed settlements')
    .requiredOption('--reason <text>', 'why, without names of persons')
    .option('--party <code>', "the party (default: the desk's own agency)")
    .action((settlements: string[], options: PartyOptions & { readonly reason: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const { party, revision } = await partyOf(options, desk);
          const runs = desk.client(RunServiceClient);
          const answer = await desk.ask(runs, runs.returnRun, {
            run: { owner: desk.owner, period: desk.period },
            revision,
            party: party.party,
            reason: options.reason,
            settlements,
          });
          show(desk, ReturnRunResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${party.party} 已退回第 ${revision} 版，争议结算 ${settlements.length} 笔。`,
              en: `${party.party} has returned revision ${revision} with ${settlements.length} disputed rows.`,
            }),
          );
        }),
      ),
    );
}

/** `yijie clearing decide`: after the deadline the owner signs for a party that didn't. */
export function decideCommand(): Command {
  return deskCommand('decide', 'after the deadline: sign for a party that did not, with a reason (代为确认)')
    .requiredOption('--party <code>', 'the party')
    .requiredOption('--reason <text>', 'why, without names of persons')
    .action((options: DeskOptions & { readonly party: string; readonly reason: string }) =>
      withRefusals(options, () =>
        atDesk(options, 'province-signer', async (desk) => {
          const runs = desk.client(RunServiceClient);
          const { party, reason } = options;
          const run = { owner: desk.owner, period: desk.period };
          const answer = await desk.ask(runs, runs.decideParty, { run, party, reason });
          show(desk, DecidePartyResponse.toJSON(answer), () =>
            say(desk, {
              zh: `${party} 由清算方代为确认：${reason}`,
              en: `${party} is decided by the owner: ${reason}`,
            }),
          );
        }),
      ),
    );
}

/** The party meant, as it stands in the newest revision. */
async function partyOf(
  options: PartyOptions,
  desk: Desk,
): Promise<{ readonly party: RunParty; readonly revision: number }> {
  const runs = desk.client(RunServiceClient);
  const { run } = await desk.ask(runs, runs.getRun, { run: { owner: desk.owner, period: desk.period } });
  const parties = run?.parties ?? [];
  const code = options.party ?? ownParty(desk);
  const party = parties.find((each) => each.party === code);
  if (run === undefined || party === undefined)
    throw new Error(
      `${code} is no party of ${desk.owner} ${desk.period}: its parties are ${parties.map((each) => each.party).join(', ') || 'none yet'}.`,
    );
  return { party, revision: run.revision };
}

/** Between provinces a pool's desk speaks for its province; within one for itself. */
function ownParty({ owner, agency }: Desk): string {
  return owner === NATIONAL_CENTRE && !isPlatform(agency) ? provinceOf(agency) : agency;
}
