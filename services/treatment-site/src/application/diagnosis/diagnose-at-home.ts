import type { Diagnosed, Settle } from '@yijie/contracts/exchange';
import type { Institution } from '../../core/institution.ts';
import type { MessageStanding } from '../../core/message-trail.ts';
import { deadAnswers } from '../../repositories/dead-answers.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';
import { budgetOf } from '../visits/budget.ts';

/** A desk that asks why doesn't wait as long as one that settles. */
const HOME_WAIT_MS = 3_000;

/** What the home region says of a person's visit and messages; undefined when it doesn't answer in time. */
export async function diagnoseAtHome(
  site: Site,
  caller: Caller,
  institution: Institution,
  person: { readonly personToken: string; readonly homePool: string },
  settle: Settle | undefined,
  commandIds: Buffer[],
): Promise<Diagnosed | undefined> {
  const { personToken, homePool } = person;
  const reply = await site.home.ask(
    institution,
    homePool,
    { $case: 'diagnose', diagnose: { personToken, settle, commandIds } },
    Math.min(HOME_WAIT_MS, budgetOf(site, caller)),
    caller.traceParent,
  );
  return reply?.result?.$case === 'diagnosed' ? reply.result.diagnosed : undefined;
}

/** Where one message stands, from what the home region said and from answers that are kept aside here. */
export async function standingOf(
  site: Site,
  personToken: string,
  commandId: Buffer,
  diagnosed: Diagnosed | undefined,
): Promise<MessageStanding> {
  const atHome = diagnosed?.standings.find((standing) => standing.commandId.equals(commandId));
  const [deadAnswer] = (await deadAnswers(site.database, personToken)).filter(({ answers }) =>
    answers.equals(commandId),
  );
  return { atHome, deadAnswer: deadAnswer?.reasonCode };
}
