import type { ItemGroup } from '@yijie/contracts/common';
import type {
  AccountBalances as WireAccount,
  PolicyFacts as WireFacts,
  PolicyInput as WireInput,
  PastSettlement as WirePast,
} from '@yijie/contracts/policy';
import { refuse } from '@yijie/errors';
import { NO_SHARES, SHARE_NAMES, type Shares, sumShares } from '@yijie/money';
import { ACCUMULATOR_NAMES, type PastSettlement, type PolicyFacts, type PolicyInput } from '@yijie/policy';
import { hospitalKind, hospitalLevel, personClass, ratioClass, scheme, visitKind } from '../../wire/words.ts';
import { amount, FormError, optionalDate, requiredDate, requiredText, requiredWord } from '../grpc/form.ts';

const PERSON_CHARACTERS_MAX = 64;

/** The input of a computation from its message; what isn't there, or is no word of ours, is a FormError. */
export function readInput(wire: WireInput | undefined): PolicyInput {
  const input = present('input', wire);
  return {
    facts: readFacts(input.facts),
    groups: input.groups.map(readGroup),
    accumulators: readAccumulators(input.accumulators),
    account: readAccount(input.account),
  };
}

export function readPastSettlement(wire: WirePast): PastSettlement {
  const groups = wire.groups.map(readGroup);
  const shares = readShares(wire.shares);
  const totalFen = groups.reduce((sum, group) => sum + group.totalFen, 0);
  if (sumShares(shares) !== totalFen)
    throw new FormError(refuse('FRM-AMOUNT', { field: 'shares', value: `${sumShares(shares)}` }));
  return {
    person: requiredText('person', wire.person, PERSON_CHARACTERS_MAX),
    facts: readFacts(wire.facts),
    groups,
    account: readAccount(wire.account),
    shares,
  };
}

function readFacts(wire: WireFacts | undefined): PolicyFacts {
  const facts = present('facts', wire);
  const { transferredFrom } = facts;
  return {
    scheme: requiredWord('facts.scheme', scheme.word(facts.scheme)),
    personClass: requiredWord('facts.person_class', personClass.word(facts.personClass)),
    ageYears: facts.ageYears,
    insuredYears: facts.insuredYears,
    groups: facts.groups,
    visitKind: requiredWord('facts.visit_kind', visitKind.word(facts.visitKind)),
    diseaseCode: facts.diseaseCode || undefined,
    hospitalLevel: requiredWord('facts.hospital_level', hospitalLevel.word(facts.hospitalLevel)),
    hospitalKind: requiredWord('facts.hospital_kind', hospitalKind(facts.hospitalKind)),
    ratioClass: requiredWord('facts.ratio_class', ratioClass.word(facts.ratioClass)),
    admissionDate: requiredDate('facts.admission_date', facts.admissionDate),
    dischargeDate: optionalDate('facts.discharge_date', facts.dischargeDate),
    settlementDate: requiredDate('facts.settlement_date', facts.settlementDate),
    treatmentPool: facts.treatmentPool,
    staysInInstitution: optionalAmount('facts.stays_in_institution', facts.staysInInstitution),
    transferredFrom:
      transferredFrom === undefined
        ? undefined
        : {
            level: requiredWord('facts.transferred_from.level', hospitalLevel.word(transferredFrom.level)),
            dischargeDate: requiredDate(
              'facts.transferred_from.discharge_date',
              transferredFrom.dischargeDate,
            ),
            deductibleFen: amount('facts.transferred_from.deductible_fen', transferredFrom.deductibleFen),
          },
    yearlySalaryFen: optionalAmount('facts.yearly_salary_fen', facts.yearlySalaryFen),
    monthsSinceApproval: optionalAmount('facts.months_since_approval', facts.monthsSinceApproval),
    isChosenInstitution: facts.isChosenInstitution,
    chronicDiseases: facts.chronicDiseases.length === 0 ? undefined : facts.chronicDiseases,
    carriedAllowanceFen: optionalAmount('facts.carried_allowance_fen', facts.carriedAllowanceFen),
  };
}

function readGroup(wire: ItemGroup): PolicyInput['groups'][number] {
  return {
    group: wire.group,
    totalFen: amount('groups.total_fen', wire.totalFen),
    selfPaidFen: amount('groups.self_paid_fen', wire.selfPaidFen),
    overLimitFen: amount('groups.over_limit_fen', wire.overLimitFen),
    prepaySelfFen: amount('groups.prepay_self_fen', wire.prepaySelfFen),
    inScopeFen: amount('groups.in_scope_fen', wire.inScopeFen),
  };
}

/** A name that no pack can read would be taken for an unused year. */
function readAccumulators(wire: Readonly<Record<string, number>>): PolicyInput['accumulators'] {
  for (const name of Object.keys(wire)) {
    if (name.includes('/') || (ACCUMULATOR_NAMES as readonly string[]).includes(name)) continue;
    throw new FormError(refuse('POL-INPUT', { field: 'accumulators', value: name }));
  }
  return wire;
}

function readAccount(wire: WireAccount | undefined): PolicyInput['account'] {
  const account = present('account', wire);
  return {
    ownAccountFen: amount('account.own_account_fen', account.ownAccountFen),
    familyAccountFen: amount('account.family_account_fen', account.familyAccountFen),
    useAccount: account.useAccount,
  };
}

function readShares(wire: Shares | WirePast['shares']): Shares {
  const given = present('shares', wire);
  const shares = { ...NO_SHARES };
  for (const name of SHARE_NAMES) shares[name] = amount('shares', given[name]);
  return shares;
}

function optionalAmount(field: string, value: number | undefined) {
  return value === undefined ? undefined : amount(field, value);
}

function present<Message>(field: string, message: Message | undefined): Message {
  if (message === undefined) throw new FormError(refuse('FRM-REQUIRED', { field }));
  return message;
}
