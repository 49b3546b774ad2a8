import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from '@yijie/policy';
import { Command } from 'commander';

/** `yijie policy schema --write policies`: the JSON Schemas that editors read. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print or write the JSON Schemas of pack, input and result')
    .option('--write <folder>', 'write one file each')
    .action((options: { write?: string }) => {
      for (const [name, schema] of Object.entries(jsonSchemas())) {
        const text = `${JSON.stringify(schema, null, 1)}\n`;
        if (options.write === undefined) console.log(text);
        else writeFileSync(join(options.write, name), text);
      }
    });
}
