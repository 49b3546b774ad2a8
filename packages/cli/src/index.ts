export { clearingCommand } from './clearing/index.ts';
export { localChannelOptions } from './client/channel.ts';
export { CallFailed, unary } from './client/unary.ts';
export { type LoadProgress, loadFilings } from './filings/load-filings.ts';
export { type ClusterNote, writeClusterNote } from './start/cluster-note.ts';
export { type PlayedStay, playStay } from './stay/play-stay.ts';
export { ONCOLOGY_DAY, type Patient, type StayPlan } from './stay/stay-plan.ts';
