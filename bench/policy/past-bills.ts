// node bench/policy/past-bills.ts <count> <file> [shuffled]: past settlements for `yijie policy simulate`.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Pack, parsePack } from '@yijie/policy';
import { randomInputs } from './inputs.ts';

/** The columns of the simulation's file, in its order. */
const HEADER =
  'person,settlementDate,admissionDate,dischargeDate,visitKind,personClass,ageYears,insuredYears,groups,diseaseCode,hospitalLevel,hospitalKind,ratioClass,treatmentPool,totalFen,selfPaidFen,overLimitFen,prepaySelfFen,poolFundFen,largeAmountFen,seriousIllnessFen,civilServantFen,enterpriseSupplementFen,medicalAidFen,otherFundFen,ownAccountFen,familyAccountFen,personalCashFen,hospitalPartFen';
const STAYS_PER_PERSON = 3;
/** Prime to any count in use: visits every row once, far from its neighbours. */
const STRIDE = 7_919;

const [count = '100000', path = 'bills.csv', order] = process.argv.slice(2);
const packs = { employee: benchPack('employee'), resident: benchPack('resident') };
const inputs = randomInputs(packs, 4_000, 3).filter((input) => input.facts.scheme === 'employee');
const rows = Number(count);
const file = openSync(path, 'w');
let pending = `${HEADER}\n`;
for (let index = 0; index < rows; index++) {
  pending += row(order === 'shuffled' ? (index * STRIDE) % rows : index);
  if (pending.length < 1 << 20) continue;
  writeSync(file, pending);
  pending = '';
}
writeSync(file, pending);
closeSync(file);

function row(number: number): string {
  const input = inputs[number % inputs.length];
  const bill = input?.groups[0];
  if (input === undefined || bill === undefined) throw new Error('no inputs');
  const { facts } = input;
  const person = `p${Math.floor(number / STAYS_PER_PERSON)
    .toString()
    .padStart(9, '0')}`;
  const month = (1 + (number % STAYS_PER_PERSON) * 3).toString().padStart(2, '0');
  const day = `2025-${month}-08`;
  // What was paid then: seven tenths by the pool, the rest by the person.
  const pool = Math.floor((bill.inScopeFen * 7) / 10);
  const who = [facts.visitKind, facts.personClass, facts.ageYears, facts.insuredYears, '', ''];
  const hospital = [facts.hospitalLevel, facts.hospitalKind, facts.ratioClass, facts.treatmentPool];
  const amounts = [bill.totalFen, bill.selfPaidFen, bill.overLimitFen, bill.prepaySelfFen];
  const shares = [pool, 0, 0, 0, 0, 0, 0, 0, 0, bill.totalFen - pool, 0];
  return `${[person, day, `2025-${month}-01`, day, ...who, ...hospital, ...amounts, ...shares].join(',')}\n`;
}

function benchPack(name: string): Pack {
  const parsed = parsePack(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8'), name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pack;
}
