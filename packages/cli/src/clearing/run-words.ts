import type { PartyState, RunState } from '@yijie/clearing';
import type { Run } from '@yijie/contracts/clearing';
import type { Words } from './printing.ts';

const runStates: Readonly<Record<RunState, Words>> = {
  OPEN: { zh: '归集中', en: 'open' },
  CUT: { zh: '已截止', en: 'cut' },
  GENERATED: { zh: '已生成', en: 'generated' },
  SIGNING: { zh: '签章中', en: 'signing' },
  CONFIRMED: { zh: '已确认', en: 'confirmed' },
  NOTICED: { zh: '已通知', en: 'noticed' },
  PAYING: { zh: '拨付中', en: 'paying' },
  CLOSED: { zh: '已关账', en: 'closed' },
};

const partyStates: Readonly<Record<PartyState, Words>> = {
  UNSIGNED: { zh: '未签', en: 'unsigned' },
  SIGNED: { zh: '已签章', en: 'signed' },
  RETURNED: { zh: '已退回', en: 'returned' },
  DECIDED: { zh: '代为确认', en: 'decided' },
};

/** A state that this version doesn't know is shown as it came. */
export function runStateWords(state: string): Words {
  return runStates[state as RunState] ?? { zh: state, en: state };
}

export function partyStateWords(state: string): Words {
  return partyStates[state as PartyState] ?? { zh: state, en: state };
}

/** What the run waits for, with the command that does it. */
export function nextStep({ state, parties }: Run): Words {
  switch (state) {
    case 'OPEN':
      return { zh: '截止：clearing cut', en: 'clearing cut' };
    case 'CUT':
      return { zh: '生成：clearing generate', en: 'clearing generate' };
    case 'GENERATED':
    case 'SIGNING': {
      if (parties.some((party) => party.state === 'RETURNED'))
        return {
          zh: '处理退回：clearing move，再 clearing generate',
          en: 'clearing move, then clearing generate',
        };
      return parties.some((party) => party.state === 'UNSIGNED')
        ? { zh: '各方签章：clearing sign', en: 'clearing sign, by each party' }
        : { zh: '确认：clearing confirm', en: 'clearing confirm' };
    }
    case 'CONFIRMED':
      return { zh: '签发通知书：clearing notice issue', en: 'clearing notice issue' };
    case 'NOTICED':
    case 'PAYING':
      return {
        zh: '拨付：clearing pay；付清后 clearing close',
        en: 'clearing pay; when all is paid, clearing close',
      };
    default:
      return { zh: '无', en: 'none' };
  }
}
