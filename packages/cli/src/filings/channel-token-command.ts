import { readFile } from 'node:fs/promises';
import { provinceOf } from '@yijie/codes';
import { systemClock } from '@yijie/runtime';
import {
  issueChannelToken,
  PUBLIC_CHANNELS,
  type PublicChannel,
  regionFiles,
  signingKeyFromPem,
} from '@yijie/security';
import { Command, Option } from 'commander';
import { clusterOption, readClusterNote } from '../start/cluster-note.ts';

/**
 * `yijie channel-token [person-token]`: a bearer token of the public interface, for five minutes. Only a development
 * cluster lets the command line sign anybody in.
 */
export function channelTokenCommand(): Command {
  return new Command('channel-token')
    .description('a bearer token for the HTTPS interface of filings, for five minutes (development)')
    .argument(
      '[person-token]',
      'for whom; without it the token is the channel’s own and only asks who somebody is',
    )
    .addOption(
      new Option('--channel <name>', 'the public channel').choices(PUBLIC_CHANNELS).default('NHSA_APP'),
    )
    .addOption(clusterOption())
    .action(
      async (personToken: string | undefined, options: { channel: PublicChannel; cluster?: string }) => {
        const note = readClusterNote(options.cluster);
        const province = provinceOf(note.homePool);
        const pem = await readFile(regionFiles(note.keyFolder, province).tokenKeyFile, 'utf8');
        const issue = {
          key: signingKeyFromPem(province, pem),
          audience: 'home-region',
          nowMs: systemClock().now(),
        };
        console.log(await issueChannelToken({ channel: options.channel, personToken }, issue));
      },
    );
}
