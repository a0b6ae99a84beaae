#include "payments/peers/provider.h"

#include <assert.h>

#define PROVIDER_OUTCOME_NAME(outcome, text) text,
static const char *const outcome_names[] = {PROVIDER_OUTCOMES(PROVIDER_OUTCOME_NAME)};

const char *provider_outcome_name(enum provider_outcome outcome)
{
    assert((size_t)outcome < sizeof(outcome_names) / sizeof(outcome_names[0]));
    return outcome_names[outcome];
}
