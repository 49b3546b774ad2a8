import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  FILING_TYPES,
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  ROUTES,
  SCHEMES,
  VISIT_KINDS,
} from '@yijie/codes';
import { SHARE_NAMES } from '@yijie/money';

const glossary = readFileSync(new URL('../../../GLOSSARY.md', import.meta.url), 'utf8');

const CLOSED_LISTS = {
  FILING_TYPES,
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  ROUTES,
  SCHEMES,
  SHARE_NAMES,
  VISIT_KINDS,
};

describe('GLOSSARY.md', () => {
  test.each(Object.entries(CLOSED_LISTS))('explains every word of %s', (_name, words) => {
    expect(words.filter((word) => !glossary.includes(`\`${word}\``))).toEqual([]);
  });

  test('defines each word once', () => {
    const words = [...glossary.matchAll(/^\| ([^|]+) \|/gm)]
      .map((match) => match[1])
      .filter((word) => word !== 'word');
    expect(words.length).toBeGreaterThan(100);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});
