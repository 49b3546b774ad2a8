import { Command } from 'commander';
import { exportDetailCommand } from './export-detail-command.ts';
import { exportNoticeCommand } from './export-notice-command.ts';
import { exportTableCommand } from './export-table-command.ts';

/** `yijie clearing export table | notice | detail`: what is stored, as files. */
export function exportCommand(): Command {
  return new Command('export')
    .description('tables and notices as Excel, PDF or CSV; the rows of a run as Excel or CSV (导出)')
    .addCommand(exportTableCommand())
    .addCommand(exportNoticeCommand())
    .addCommand(exportDetailCommand());
}
