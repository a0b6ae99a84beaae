#include "gateway/domain/onboarding.h"

#include <assert.h>

#include "gateway/service/filter.h"
#include "gateway/service/readiness.h"
#include "identity/v1/account.pb-c.h"

typedef Identity__V1__GetOnboardingStateResponse Onboarding;

static Identity__V1__OnboardingStep *step_to_message(struct arena *arena,
                                                     const struct onboarding_step *step,
                                                     const struct identity_account *account)
{
    static const Identity__V1__OnboardingStepKind kinds[ONBOARDING_KINDS] = {
        [ONBOARDING_SECOND_CHANNEL] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_SECOND_CHANNEL,
        [ONBOARDING_ADDRESS] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_BILLING_ADDRESS,
        [ONBOARDING_CURRENCY] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_SET_CURRENCY,
        [ONBOARDING_METHOD] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_ADD_PAYMENT_METHOD,
        [ONBOARDING_REGION] = IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_SET_REGION,
        [ONBOARDING_COMPANY] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_VERIFY_COMPANY,
        [ONBOARDING_REAL_NAME] =
            IDENTITY__V1__ONBOARDING_STEP_KIND__ONBOARDING_STEP_KIND_REGISTER_REAL_NAME,
    };
    Identity__V1__OnboardingStep *message = arena_alloc(arena, sizeof *message);
    identity__v1__onboarding_step__init(message);
    message->kind = kinds[step->kind];
    message->state = (Identity__V1__OnboardingStepState)step->state;
    message->reason = arena_strdup(arena, step->reason);
    if (step->kind == ONBOARDING_SECOND_CHANNEL)
        message->channel = account->sign_up_by_phone ? IDENTITY__V1__CHANNEL__CHANNEL_EMAIL
                                                     : IDENTITY__V1__CHANNEL__CHANNEL_PHONE;
    return message;
}

static void answer_steps(struct arena *arena, const struct onboarding_facts *facts,
                         const struct identity_account *account, Onboarding *response)
{
    struct onboarding_step steps[ONBOARDING_KINDS];
    response->n_steps = onboarding_steps(facts, steps);
    response->steps = arena_alloc_array(arena, ONBOARDING_KINDS, sizeof *response->steps);
    for (size_t i = 0; i < response->n_steps; i++)
        response->steps[i] = step_to_message(arena, &steps[i], account);
}

static void answer_banners(struct arena *arena, const struct onboarding_facts *facts,
                           Onboarding *response)
{
    struct onboarding_notice notices[BANNER_COUNT];
    response->n_banners = onboarding_notices(facts, notices);
    response->banners = arena_alloc_array(arena, BANNER_COUNT, sizeof *response->banners);
    for (size_t i = 0; i < response->n_banners; i++) {
        Identity__V1__OnboardingBanner *banner = arena_alloc(arena, sizeof *banner);
        identity__v1__onboarding_banner__init(banner);
        banner->reason = arena_strdup(arena, notices[i].reason);
        banner->sentence = arena_strdup(arena, notices[i].sentence);
        response->banners[i] = banner;
    }
}

static void answer_regions(struct arena *arena, const struct identity_account *account,
                           Onboarding *response)
{
    response->region = arena_strdup(arena, account->region);
    response->n_confirmed_regions = account->confirmed_region_count;
    response->confirmed_regions = arena_alloc_array(arena, account->confirmed_region_count + 1,
                                                    sizeof *response->confirmed_regions);
    for (size_t i = 0; i < account->confirmed_region_count; i++)
        response->confirmed_regions[i] = arena_strdup(arena, account->confirmed_regions[i]);
}

/* ID-09, GW-11: identity, payments and the table of blockers together know them. */
static int answer(struct exchange *exchange)
{
    assert(exchange->response->descriptor ==
           &identity__v1__get_onboarding_state_response__descriptor);
    Onboarding *response = (Onboarding *)(void *)exchange->response;
    struct arena *arena = call_arena(exchange->call);
    struct readiness readiness;
    int no = readiness_read(exchange, "", &readiness);
    if (no != 0)
        return no;
    readiness.facts.region = readiness.facts.preferred_region;
    const struct onboarding_facts facts = {.blockers = {.ready = readiness.facts,
                                                        .currency = readiness.currency,
                                                        .asked_currency = "",
                                                        .transfer_gate = ""},
                                           .chosen_corporate = readiness.account.corporate,
                                           .company_in_review = readiness.account.company_in_review,
                                           .real_name_in_review =
                                               readiness.account.real_name_in_review};
    answer_steps(arena, &facts, &readiness.account, response);
    answer_banners(arena, &facts, response);
    answer_regions(arena, &readiness.account, response);
    response->currency = arena_strdup(arena, readiness.currency);
    return 0;
}

const struct filter filter_onboarding = {.instead = answer};
