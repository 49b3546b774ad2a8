export {
  decodeSettle,
  decodeSettleLines,
  decodeUploadCharges,
  decodeUploadChargesLines,
  type WithBillLines,
  type WithoutLines,
} from './hot/charges.ts';
export { WireError } from './hot/proto-reader.ts';
