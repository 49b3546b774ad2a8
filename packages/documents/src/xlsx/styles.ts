/** Formats that Excel doesn't number itself; negative amounts keep their sign, as the printed tables do. */
const AMOUNT = 164;
const COUNT = 165;
const DAY = 166;
const RATIO = 10;
const TEXT = 49;

interface Style {
  readonly font: 'body' | 'bold' | 'title' | 'small';
  readonly format?: number;
  readonly border?: boolean;
  readonly fill?: boolean;
  readonly across: 'left' | 'center' | 'right';
  readonly wrap?: boolean;
}

const styles = {
  plain: { font: 'body', across: 'left' },
  title: { font: 'title', across: 'center' },
  head: { font: 'body', across: 'left' },
  headCenter: { font: 'body', across: 'center' },
  headRight: { font: 'body', across: 'right' },
  small: { font: 'small', across: 'left' },
  heading: { font: 'bold', border: true, fill: true, across: 'center', wrap: true },
  label: { font: 'body', border: true, fill: true, across: 'center', wrap: true },
  text: { font: 'body', format: TEXT, border: true, across: 'left', wrap: true },
  code: { font: 'body', format: TEXT, border: true, across: 'center' },
  day: { font: 'body', format: DAY, border: true, across: 'center' },
  count: { font: 'body', format: COUNT, border: true, across: 'right' },
  amount: { font: 'body', format: AMOUNT, border: true, across: 'right' },
  ratio: { font: 'body', format: RATIO, border: true, across: 'right' },
  paragraph: { font: 'body', across: 'left', wrap: true },
  bold: { font: 'bold', across: 'left' },
  totalText: { font: 'bold', border: true, across: 'center' },
  totalCount: { font: 'bold', format: COUNT, border: true, across: 'right' },
  totalAmount: { font: 'bold', format: AMOUNT, border: true, across: 'right' },
} as const satisfies Record<string, Style>;

export type StyleName = keyof typeof styles;

const names = Object.keys(styles) as readonly StyleName[];

/** The number of each style, as cells name it. */
export const STYLES = Object.fromEntries(names.map((name, index) => [name, index])) as Readonly<
  Record<StyleName, number>
>;

const fonts: Readonly<Record<Style['font'], string>> = {
  body: '<sz val="10"/>',
  bold: '<b/><sz val="10"/>',
  title: '<b/><sz val="16"/>',
  small: '<sz val="8"/>',
};

/** 宋体 is on every office computer in China; the file names it and carries none. */
const FACE = '<name val="宋体"/><family val="3"/><charset val="134"/>';
const EDGE = ['left', 'right', 'top', 'bottom']
  .map((edge) => `<${edge} style="thin"><color auto="1"/></${edge}>`)
  .join('');

/** xl/styles.xml, without its declaration. */
export function stylesXml(): string {
  const fontNames = Object.keys(fonts);
  const xfs = names.map((name) => {
    const style: Style = styles[name];
    return [
      `<xf numFmtId="${style.format ?? 0}" fontId="${fontNames.indexOf(style.font)}"`,
      ` fillId="${style.fill ? 2 : 0}" borderId="${style.border ? 1 : 0}" xfId="0"`,
      ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">',
      `<alignment horizontal="${style.across}" vertical="center"${style.wrap ? ' wrapText="1"' : ''}/></xf>`,
    ].join('');
  });
  return [
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
    '<numFmts count="3">',
    `<numFmt numFmtId="${AMOUNT}" formatCode="#,##0.00;\\-#,##0.00"/>`,
    `<numFmt numFmtId="${COUNT}" formatCode="#,##0;\\-#,##0"/>`,
    `<numFmt numFmtId="${DAY}" formatCode="yyyy\\-mm\\-dd"/>`,
    '</numFmts>',
    `<fonts count="${fontNames.length}">${Object.values(fonts)
      .map((font) => `<font>${font}${FACE}</font>`)
      .join('')}</fonts>`,
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    '<fill><patternFill patternType="solid"><fgColor rgb="FFF2F2F2"/><bgColor indexed="64"/></patternFill></fill></fills>',
    `<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${EDGE}<diagonal/></border></borders>`,
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
    `<cellXfs count="${xfs.length}">${xfs.join('')}</cellXfs>`,
    '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>',
    '</styleSheet>',
  ].join('');
}
