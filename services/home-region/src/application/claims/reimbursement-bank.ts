import { localDateAt } from '@yijie/calendar';
import { idToText } from '@yijie/runtime';
import type { CellAddress, ColumnCipher } from '@yijie/security';
import type { BankAccount } from '../../core/claims/reimbursement-case.ts';

/** Where the money goes, as the encrypted column holds it. */
export function writeBankAccount(
  cipher: ColumnCipher,
  reimbursementId: Uint8Array,
  bank: BankAccount,
  nowMs: number,
): Buffer {
  const year = Number(localDateAt(nowMs).slice(0, 4));
  return cipher.encrypt(JSON.stringify(bank), cell(reimbursementId), year);
}

export function readBankAccount(
  cipher: ColumnCipher,
  reimbursementId: Uint8Array,
  value: Uint8Array,
): BankAccount {
  return JSON.parse(cipher.decrypt(value, cell(reimbursementId))) as BankAccount;
}

function cell(reimbursementId: Uint8Array): CellAddress {
  return { table: 'reimbursement', column: 'bank_cipher', rowId: idToText(reimbursementId) };
}
