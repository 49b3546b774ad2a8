import { minuteText } from '@yijie/calendar';
import type { Reply } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { refusalOf } from '../commands/answers.ts';
import type { RefusedCall } from '../diagnosis/record-refusals.ts';
import type { Site } from '../site.ts';

/** Why a question got no usable answer: the home region was silent, refused, or answered something else. */
export function questionRefusal(
  site: Pick<Site, 'notices'>,
  reply: Reply | undefined,
  homePool: string,
): Refusal {
  // Both regions keep it under the number of the question.
  if (reply?.result?.$case === 'refused')
    return { ...refusalOf(reply), diagnosisId: idToText(reply.answers) };
  const untilMs = site.notices.homeStopUntilMs(homePool);
  return refuse('NET-HOME', untilMs === undefined ? { homePool } : { homePool, until: minuteText(untilMs) });
}

/** The same, kept so that the diagnosis knows which side refused. */
export function keptQuestion(
  site: Pick<Site, 'refusals' | 'notices'>,
  asked: RefusedCall & { readonly homePool: string },
  reply: Reply | undefined,
): Refusal {
  const refusedBy = reply === undefined ? 'treatment-site' : 'home-region';
  return site.refusals.record({ ...asked, refusedBy }, questionRefusal(site, reply, asked.homePool));
}
