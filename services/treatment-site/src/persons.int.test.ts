import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SealedCredential } from '@yijie/contracts/exchange';
import { Credential_Type, type TreatmentServiceClient } from '@yijie/contracts/treatment';
import { failureFromError } from '@yijie/runtime';
import { openSealed } from '@yijie/security';
import { admission, call } from '../test/requests.ts';
import { HOME_POOL, SiteFixture } from '../test/site-fixture.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;
const opened: SealedCredential[] = [];

beforeAll(async () => {
  fixture = await SiteFixture.start();
  client = await fixture.client(await fixture.site());
  fixture.home.onQuestion = (question) => {
    if (question.body?.$case !== 'verifyPerson') return fixture.home.quote(question);
    const { sealedCredential } = question.body.verifyPerson;
    const seal = openSealed([fixture.homeSealing], sealedCredential, 'yijie.exchange.v1.SealedCredential');
    if (!seal.ok) throw new Error('not sealed for the home region');
    opened.push(SealedCredential.decode(seal.plaintext));
    return {
      $case: 'personVerified',
      personVerified: {
        personToken: 'AbCdEfGhIjKlMnOpQrStUv',
        maskedName: '测**',
        scheme: 1,
        personClass: 1,
        ageYears: 66,
        accountBalanceFen: 12_345,
      },
    };
  };
});
afterAll(() => fixture.close());

const credential = {
  type: Credential_Type.ID_CARD,
  token: '',
  certificateNumber: '999999190001019990',
  name: '测试乙甲',
};

async function refusal(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return 'answered';
  } catch (error) {
    return failureFromError(error)?.code;
  }
}

describe('1101', () => {
  test('the credential reaches the home region sealed, and the answer carries a token', async () => {
    const person = await call(client, 'verifyPerson', { credential, homePool: HOME_POOL });
    expect(person).toMatchObject({
      personToken: 'AbCdEfGhIjKlMnOpQrStUv',
      homePool: HOME_POOL,
      ageYears: 66,
    });
    expect(opened.at(-1)).toEqual(credential);
    const sent = JSON.stringify(fixture.home.questions.map((question) => question.body));
    expect(sent).not.toContain(credential.certificateNumber);
  });

  test.each<[string, Parameters<typeof call<'verifyPerson'>>[2]]>([
    ['FRM-REGION', { credential, homePool: 'x' }],
    ['HOME-POOL', { credential, homePool: '440100' }],
    ['FRM-REQUIRED', { credential: undefined, homePool: HOME_POOL }],
    ['FRM-REQUIRED', { credential: { ...credential, name: '' }, homePool: HOME_POOL }],
    [
      'FRM-REQUIRED',
      { credential: { ...credential, type: Credential_Type.E_CREDENTIAL }, homePool: HOME_POOL },
    ],
    ['FRM-VALUE', { credential: { ...credential, type: Credential_Type.UNSPECIFIED }, homePool: HOME_POOL }],
  ])('%s', async (code, request) => {
    expect(await refusal(call(client, 'verifyPerson', request))).toBe(code);
  });

  test('a refusal of the home region is its own code', async () => {
    const { onQuestion } = fixture.home;
    fixture.home.onQuestion = () => ({
      $case: 'refused',
      refused: { code: 'CRD-INVALID', values: {}, quote: undefined },
    });
    expect(await refusal(call(client, 'verifyPerson', { credential, homePool: HOME_POOL }))).toBe(
      'CRD-INVALID',
    );
    fixture.home.onQuestion = onQuestion;
  });
});

describe('2001', () => {
  const request = { personToken: 'p', homePool: HOME_POOL, terms: admission().terms };

  test('says what the decision table says, with what to do', async () => {
    expect(await call(client, 'checkBenefit', request)).toMatchObject({ code: 'OK', failure: undefined });
    const { onQuestion } = fixture.home;
    fixture.home.onQuestion = () => ({
      $case: 'benefitChecked',
      benefitChecked: { route: 2, ratioClass: 0, code: 'FIL-NONE', values: {}, filing: undefined },
    });
    const held = await call(client, 'checkBenefit', request);
    expect(held).toMatchObject({ route: 2, code: 'FIL-NONE', failure: { code: 'FIL-NONE' } });
    expect(held.failure?.remedyZh).not.toBe('');
    fixture.home.onQuestion = onQuestion;
  });

  test('impossible terms are refused', async () => {
    const terms = { ...admission().terms, kind: 0 } as never;
    expect(await refusal(call(client, 'checkBenefit', { ...request, terms }))).toBe('FRM-VALUE');
  });
});
