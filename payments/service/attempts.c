#include "payments/service/attempts.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/base/source.h"

#define NUMBER_SIZE 24

/* Whether it is one of the provider's test numbers. */
static bool card_is_for_tests(const struct payments *payments,
                              const uint8_t card[CARD_FINGERPRINT_SIZE])
{
    uint8_t fingerprint[CARD_FINGERPRINT_SIZE];
    for (const char *const *number = payments->provider->test_numbers; *number != NULL; number++) {
        fingerprint_make(&payments->fingerprint_key, *number, fingerprint);
        if (memcmp(fingerprint, card, sizeof fingerprint) == 0)
            return true;
    }
    return false;
}

static struct bytes read_principal(struct call *call, struct attempt_by *by)
{
    const char *text = call_header(call, "kontor-principal-id");
    bool known = text != NULL && id_parse(text, &by->principal_id);
    return known ? (struct bytes){by->principal_id.bytes, sizeof by->principal_id.bytes}
                 : (struct bytes){NULL, 0};
}

static struct bytes read_source(struct call *call, struct attempt_by *by)
{
    struct payments *payments = call_context(call);
    char source[SOURCE_SIZE];
    const char *address = call_header(call, "kontor-source-address");
    if (address == NULL || text_is_empty(source_of_address(address, source)))
        return (struct bytes){NULL, 0};
    fingerprint_make(&payments->fingerprint_key, source, by->source);
    return (struct bytes){by->source, sizeof by->source};
}

void attempts_read(struct mutation *mutation, enum attempt_action action, struct id account_id,
                   const uint8_t card[CARD_FINGERPRINT_SIZE], struct attempt_by *by)
{
    *by = (struct attempt_by){.account_id = account_id,
                              .tried = {.action = action, .now_us = mutation->now_us}};
    memcpy(by->card, card, sizeof by->card);
    by->tried.subjects[ATTEMPT_OF_ACCOUNT] =
        (struct bytes){by->account_id.bytes, sizeof by->account_id.bytes};
    if (!card_is_for_tests(call_context(mutation->call), card))
        by->tried.subjects[ATTEMPT_OF_CARD] = (struct bytes){by->card, sizeof by->card};
    by->tried.subjects[ATTEMPT_OF_PRINCIPAL] = read_principal(mutation->call, by);
    by->tried.subjects[ATTEMPT_OF_SOURCE] = read_source(mutation->call, by);
}

static int refuse(struct call *call, enum attempt_verdict verdict,
                  const struct attempt_limit *limit, int64_t wait_ms)
{
    char max[NUMBER_SIZE], hours[NUMBER_SIZE];
    bool fits = text_print(max, sizeof max, "%" PRId64, limit->max) &&
                text_print(hours, sizeof hours, "%" PRId64, limit->window_us / ATTEMPT_HOUR_US);
    assert(fits);
    (void)fits;
    (void)payments_refuse(call, attempt_refusal(verdict), NO_TERMS); /* counts it */
    return call_refuse_retry(call, attempt_refusal(verdict),
                             REFUSAL_TERMS({"action", attempt_action_name(limit->action)},
                                           {"of", attempt_subject_name(limit->subject)},
                                           {"counted", attempt_counts_name(limit->counts)},
                                           {"limit", max}, {"hours", hours}, {"left", "0"}),
                             wait_ms);
}

enum failure attempts_count(struct transaction *transaction, struct attempt_by *by)
{
    return tried_store_count(transaction, &by->tried, by->seen);
}

int attempts_judge(struct call *call, const struct attempt_by *by)
{
    size_t reached = 0;
    enum attempt_verdict verdict = attempt_decide(by->tried.action, by->seen, &reached);
    if (verdict == ATTEMPT_ACCEPTED)
        return 0;
    const struct attempt_limit *limit = &attempt_limits[reached];
    return refuse(call, verdict, limit,
                  attempt_wait_ms(limit, &by->seen[reached], by->tried.now_us));
}

enum failure attempts_keep(struct transaction *transaction, struct attempt_by *by,
                           struct id tried_id)
{
    by->tried.tried_id = tried_id;
    return tried_store_insert(transaction, &by->tried);
}
