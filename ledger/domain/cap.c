#include "ledger/domain/cap.h"

#include <assert.h>

#include "ledger/domain/settling.h"
#include "runtime/base/amount.h"

#define COUNT_MAX (ACCOUNT_MICROS_MAX * 4) /* of all who pay for it; two such never overflow */

static const struct refusal refusals[] = {CAP_REFUSALS(REFUSAL_ROW)};

const struct refusal *cap_refusal(enum cap_verdict verdict)
{
    assert(verdict != CAP_ACCEPTED);
    return &refusals[verdict - 1];
}

const struct refusal *cap_set_decide(const struct account *account, const char *currency)
{
    assert(currency != NULL);
    if (account == NULL)
        return cap_refusal(CAP_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return cap_refusal(CAP_ACCOUNT_CLOSED);
    if (!account_has_currency(account, currency))
        return cap_refusal(CAP_CURRENCY_MISMATCH);
    return NULL;
}

const struct refusal *cap_remove_decide(const struct account *account, const struct cap *cap,
                                        enum cap_level level)
{
    assert(level < CAP_LEVELS);
    if (account == NULL)
        return cap_refusal(CAP_ACCOUNT_UNKNOWN);
    if (cap == NULL || !cap->limits[level].is_set)
        return cap_refusal(CAP_UNKNOWN);
    return NULL;
}

bool cap_is_set(const struct cap *cap)
{
    assert(cap != NULL);
    return cap->limits[CAP_OWN].is_set || cap->limits[CAP_ABOVE].is_set;
}

int64_t cap_limit(const struct cap *cap) /* LED-38 */
{
    int64_t lowest = ACCOUNT_MICROS_MAX;
    assert(cap_is_set(cap));
    for (int level = 0; level < CAP_LEVELS; level++)
        if (cap->limits[level].is_set)
            lowest = amount_min(lowest, cap->limits[level].micros);
    return lowest;
}

int64_t cap_remaining(const struct cap *cap)
{
    assert(cap_agrees(cap));
    return cap_limit(cap) - cap->spent_micros - cap->reserved_micros;
}

struct allowance cap_explained(const struct cap *cap, int64_t estimate_micros)
{
    struct allowance allowance = allowance_empty();
    assert(estimate_micros >= 0);
    allowance_bound(&allowance, "remaining", cap_remaining(cap));
    allowance_add(&allowance, "cap", cap_limit(cap));
    allowance_add(&allowance, "used", -cap->spent_micros);
    allowance_add(&allowance, "reserved", -cap->reserved_micros);
    allowance_add(&allowance, "estimate", estimate_micros);
    return allowance;
}

struct allowance cap_withheld(int64_t estimate_micros)
{
    struct allowance allowance = allowance_empty();
    assert(estimate_micros >= 0);
    allowance_add(&allowance, "estimate", estimate_micros);
    return allowance;
}

bool cap_allows(const struct cap *cap, int64_t micros) /* LED-31 */
{
    assert(micros >= 0);
    return cap == NULL || micros <= cap_remaining(cap);
}

bool cap_month_is_over(const struct cap *cap, int64_t now_us)
{
    assert(now_us > 0);
    return now_us >= cap->month_end_us;
}

void cap_begin_month(struct cap *cap, int64_t start_us, int64_t end_us)
{
    assert(start_us < end_us);
    cap->month_start_us = start_us;
    cap->month_end_us = end_us;
    cap->spent_micros = cap->reserved_micros = 0;
    cap->exceeded_told = false;
}

struct cap *cap_of(struct facts *facts, const struct account *account, struct id sub_account_id)
{
    struct id consumer_id = id_is_nil(sub_account_id) ? account->id : sub_account_id;
    assert(facts->cap_count <= facts->cap_count_max);
    for (size_t i = 0; i < facts->cap_count; i++)
        if (id_equal(facts->caps[i].account_id, consumer_id))
            return &facts->caps[i];
    return NULL;
}

struct cap *cap_of_order(struct facts *facts, const struct account *account,
                         const struct order *order)
{
    assert(order != NULL);
    return account != NULL ? cap_of(facts, account, order->sub_account_id) : NULL;
}

/* A count stays within its range, however often it is added to. */
static int64_t counted(int64_t micros, int64_t more_micros)
{
    int64_t sum;
    assert(micros >= -COUNT_MAX && micros <= COUNT_MAX);
    bool fits = amount_add(micros, more_micros, &sum) && sum >= -COUNT_MAX && sum <= COUNT_MAX;
    return fits ? sum : more_micros > 0 ? COUNT_MAX : -COUNT_MAX;
}

static bool is_of_month(const struct cap *cap, int64_t moment_us)
{
    assert(moment_us > 0);
    return moment_us >= cap->month_start_us;
}

static void change(struct facts *facts, struct cap *cap)
{
    assert(cap_agrees(cap));
    FACTS_CHANGE(facts, cap);
    cap->changed = true;
}

void cap_spend(const struct settling *settling, struct cap *cap, int64_t micros, int64_t moment_us)
{
    assert(settling->outcome != NULL);
    if (cap == NULL || !is_of_month(cap, moment_us))
        return;
    change(settling->facts, cap);
    cap->spent_micros = counted(cap->spent_micros, micros);
    if (cap->spent_micros <= cap_limit(cap) || cap->exceeded_told)
        return;
    cap->exceeded_told = true;
    settling->outcome->exceeded = *cap;
}

void cap_reserve(struct facts *facts, struct cap *cap, int64_t micros, int64_t moment_us)
{
    assert(moment_us > 0);
    if (cap == NULL || !is_of_month(cap, moment_us))
        return;
    change(facts, cap);
    cap->reserved_micros = amount_max(0, counted(cap->reserved_micros, micros));
}

bool cap_agrees(const struct cap *cap)
{
    bool agrees = cap_is_set(cap) && cap->spent_micros >= -COUNT_MAX &&
                  cap->spent_micros <= COUNT_MAX && cap->reserved_micros >= 0 &&
                  cap->reserved_micros <= COUNT_MAX;
    for (int level = 0; agrees && level < CAP_LEVELS; level++)
        agrees = cap->limits[level].micros >= 0 && cap->limits[level].micros <= ACCOUNT_MICROS_MAX;
    return agrees;
}
