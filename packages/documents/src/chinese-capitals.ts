import type { Fen } from '@yijie/money';

const DIGITS = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES = ['', '拾', '佰', '仟'];

/**
 * An amount in the capitals of bills (大写), without the word 人民币. Rules of the Ministry of Finance's bookkeeping
 * standard (会计基础工作规范, art. 52): one 零 for any run of zeros inside, 整 after 元 or 角, 零 before 分 when there is
 * no 角. Where it leaves a choice (a zero just before 万 or 元), none is written. Negative amounts begin with 负.
 */
export function chineseCapitals(amount: Fen): string {
  if (amount === 0) return '零元整';
  const absolute = Math.abs(amount);
  const yuan = Math.floor(absolute / 100);
  const jiao = Math.floor(absolute / 10) % 10;
  const fen = absolute % 10;
  const whole = yuan === 0 ? '' : `${readWhole(yuan)}元`;
  return `${amount < 0 ? '负' : ''}${whole}${readDecimals(jiao, fen, yuan > 0)}`;
}

function readDecimals(jiao: number, fen: number, afterYuan: boolean): string {
  if (jiao === 0 && fen === 0) return '整';
  if (fen === 0) return `${DIGITS[jiao]}角整`;
  if (jiao === 0) return `${afterYuan ? '零' : ''}${DIGITS[fen]}分`;
  return `${DIGITS[jiao]}角${DIGITS[fen]}分`;
}

/** 亿 parts the number first, so that 90 万亿 reads 玖拾万亿. */
function readWhole(value: number): string {
  const high = Math.floor(value / 100_000_000);
  const low = value % 100_000_000;
  if (high === 0) return readBelowYi(low);
  return `${readBelowYi(high)}亿${join(low, 10_000_000, readBelowYi)}`;
}

function readBelowYi(value: number): string {
  const high = Math.floor(value / 10_000);
  const low = value % 10_000;
  if (high === 0) return readSection(low);
  return `${readSection(high)}万${join(low, 1_000, readSection)}`;
}

/** What follows 亿 or 万: nothing, or the rest, with 零 when its first place is empty. */
function join(rest: number, firstPlace: number, read: (value: number) => string): string {
  if (rest === 0) return '';
  return `${rest < firstPlace ? '零' : ''}${read(rest)}`;
}

/** 1 to 9999. */
function readSection(value: number): string {
  let text = '';
  let gap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(value / 10 ** place) % 10;
    if (digit === 0) {
      gap = text !== '';
      continue;
    }
    text += `${gap ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
    gap = false;
  }
  return text;
}
