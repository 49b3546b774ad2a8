import { localDateAt } from '@yijie/calendar';
import { parseRegionCode } from '@yijie/codes';
import { Route } from '@yijie/contracts/common';
import type { CheckBenefitRequest, CheckBenefitResponse, VisitTerms } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { failureOf, idToText } from '@yijie/runtime';
import { checkTerms } from '../../core/form.ts';
import { visitFacts } from '../../core/visit-facts.ts';
import type { Caller } from '../caller.ts';
import { keptQuestion } from '../questions/question-failures.ts';
import type { Site } from '../site.ts';
import { budgetOf } from './budget.ts';

/** 2001: what the decision table would say of a visit today. */
export async function checkBenefit(
  site: Site,
  request: CheckBenefitRequest,
  caller: Caller,
): Promise<CheckBenefitResponse | Refusal> {
  const { homePool, personToken } = request;
  if (personToken === '') return refuse('FRM-REQUIRED', { field: 'person_token' });
  if (parseRegionCode(homePool) === undefined)
    return refuse('FRM-REGION', { field: 'home_pool', value: homePool });
  if (!site.settings.isKnownHomePool(homePool)) return refuse('HOME-POOL', { homePool });
  const malformed = checkTerms(request.terms, localDateAt(site.clock.now()));
  if (malformed) return malformed;
  const institution = site.institutions.find(caller.institutionCode);
  if (institution === undefined) return refuse('ORG-UNKNOWN', { institutionCode: caller.institutionCode });
  const visit = visitFacts(institution, request.terms as VisitTerms);
  const reply = await site.home.ask(
    institution,
    homePool,
    { $case: 'checkBenefit', checkBenefit: { personToken, visit } },
    budgetOf(site, caller),
    caller.traceParent,
  );
  if (reply?.result?.$case !== 'benefitChecked') {
    if (reply === undefined) site.flow.unanswered(homePool);
    return keptQuestion(
      site,
      { institutionCode: caller.institutionCode, call: 'check-benefit', homePool },
      reply,
    );
  }
  const { route, ratioClass, code, values, filing } = reply.result.benefitChecked;
  const isFine = route === Route.DIRECT || route === Route.HOME;
  const { institutionCode } = caller;
  const refused = { institutionCode, call: 'check-benefit', homePool, refusedBy: 'home-region' } as const;
  const refusal = { ok: false, code, values, diagnosisId: idToText(reply.answers) } as const;
  return {
    route,
    ratioClass,
    code,
    failure: isFine ? undefined : failureOf(site.refusals.record(refused, refusal)),
    filing,
  };
}
