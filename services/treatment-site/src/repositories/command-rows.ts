import { Command, Reply } from '@yijie/contracts/exchange';
import type { CommandCall, CommandResult, Outcome, StoredCommand } from '../core/command.ts';

/** Columns of a command and its result under a prefix, so that several can stand in one row. */
export function commandColumns(command: string, result: string, prefix: string): string {
  return `
    ${command}.command_id AS ${prefix}id, ${command}.institution_code AS ${prefix}institution,
    ${command}.call AS ${prefix}call, ${command}.idempotency_key AS ${prefix}key,
    ${command}.body_hash AS ${prefix}hash, ${command}.sequence AS ${prefix}sequence,
    ${command}.visit_id AS ${prefix}visit, ${command}.person_token AS ${prefix}person,
    ${command}.home_pool AS ${prefix}home_pool, ${command}.original_id AS ${prefix}original,
    ${command}.total_fen AS ${prefix}total_fen, ${command}.message AS ${prefix}message,
    ${command}.accepted_at_ms AS ${prefix}accepted_at_ms, ${command}.expires_at_ms AS ${prefix}expires_at_ms,
    ${result}.outcome AS ${prefix}outcome, ${result}.reply AS ${prefix}reply`;
}

export type CommandRow = Readonly<Record<string, unknown>>;

/** The command under a prefix, or undefined when the join found none. */
export function commandOf(row: CommandRow, prefix: string): StoredCommand | undefined {
  const commandId = row[`${prefix}id`] as Buffer | null;
  if (commandId === null) return undefined;
  const at = <Value>(name: string) => (row[prefix + name] ?? undefined) as Value;
  const message = at<Buffer | undefined>('message');
  return {
    commandId,
    institutionCode: at('institution'),
    call: at<CommandCall>('call'),
    key: at('key'),
    bodyHash: at('hash'),
    sequence: at('sequence'),
    visitId: at('visit'),
    personToken: at('person'),
    homePool: at('home_pool'),
    originalId: at('original'),
    totalFen: at('total_fen'),
    message: message === undefined ? undefined : Command.decode(message),
    acceptedAtMs: at('accepted_at_ms'),
    expiresAtMs: at('expires_at_ms'),
  };
}

export function resultOf(row: CommandRow, prefix: string): CommandResult | undefined {
  const outcome = row[`${prefix}outcome`] as Outcome | null;
  if (outcome === null) return undefined;
  return { outcome, reply: Reply.decode(row[`${prefix}reply`] as Buffer) };
}
