#include "payments/domain/decline.h"

#include <assert.h>
#include <stddef.h>

#include "runtime/base/text.h"

#define DECLINE_NAME(advice, text) text,
static const char *const advice_names[] = {DECLINE_ADVICES(DECLINE_NAME)};

static const struct {
    const char *provider_code;
    enum decline_advice advice;
} advices[] = {
    {"processing_error", DECLINE_RETRY_LATER},
    {"issuer_not_available", DECLINE_RETRY_LATER},
    {"reenter_transaction", DECLINE_RETRY_LATER},
    {"try_again_later", DECLINE_RETRY_LATER},
    {"incorrect_number", DECLINE_FIX_DATA},
    {"invalid_number", DECLINE_FIX_DATA},
    {"incorrect_cvc", DECLINE_FIX_DATA},
    {"invalid_cvc", DECLINE_FIX_DATA},
    {"invalid_expiry_month", DECLINE_FIX_DATA},
    {"invalid_expiry_year", DECLINE_FIX_DATA},
    {"expired_card", DECLINE_FIX_DATA},
    {"incorrect_zip", DECLINE_FIX_DATA},
    {"authentication_required", DECLINE_AUTHENTICATE},
    {"authentication_not_handled", DECLINE_AUTHENTICATE},
    {"approve_with_id", DECLINE_AUTHENTICATE},
    {"call_issuer", DECLINE_BLOCKED},
    {"restricted_card", DECLINE_BLOCKED},
    {"security_violation", DECLINE_BLOCKED},
    {"service_not_allowed", DECLINE_BLOCKED},
    {"transaction_not_allowed", DECLINE_BLOCKED},
};

enum decline_advice decline_advise(const char *provider_code)
{
    for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
        if (text_equal(advices[i].provider_code, provider_code))
            return advices[i].advice;
    }
    return DECLINE_OTHER_METHOD;
}

const char *decline_advice_name(enum decline_advice advice)
{
    assert((size_t)advice < sizeof(advice_names) / sizeof(advice_names[0]));
    return advice_names[advice];
}
