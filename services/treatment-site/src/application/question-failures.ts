import type { Reply } from '@yijie/contracts/exchange';
import { type Refusal, refuse } from '@yijie/errors';
import { refusalOf } from './answers.ts';

/** Why a question got no usable answer: the home region was silent, refused, or answered something else. */
export function questionRefusal(reply: Reply | undefined, homePool: string): Refusal {
  if (reply?.result?.$case === 'refused') return refusalOf(reply);
  return refuse('NET-HOME', { homePool });
}
