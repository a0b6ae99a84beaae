#include "ledger/domain/budget.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "runtime/base/amount.h"

#define SECOND_US INT64_C(1000000)
#define DAY_S INT64_C(86400)
#define YEAR_MONTHS 12
#define QUARTER_MONTHS 3

static const struct refusal refusals[] = {BUDGET_REFUSALS(REFUSAL_ROW)};

const struct refusal *budget_refusal(enum budget_verdict verdict)
{
    assert(verdict != BUDGET_ACCEPTED);
    return &refusals[verdict - 1];
}

const struct refusal *budget_create_decide(const struct account *account, const char *currency,
                                           size_t count)
{
    assert(currency != NULL);
    if (account == NULL)
        return budget_refusal(BUDGET_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return budget_refusal(BUDGET_ACCOUNT_CLOSED);
    if (!account_has_currency(account, currency))
        return budget_refusal(BUDGET_CURRENCY_MISMATCH);
    return count >= BUDGETS_MAX ? budget_refusal(BUDGET_TOO_MANY) : NULL;
}

const struct refusal *budget_change_decide(const struct account *account, bool found,
                                           const char *currency)
{
    assert(currency != NULL);
    if (account == NULL)
        return budget_refusal(BUDGET_ACCOUNT_UNKNOWN);
    if (account->state == ACCOUNT_CLOSED)
        return budget_refusal(BUDGET_ACCOUNT_CLOSED);
    if (!found)
        return budget_refusal(BUDGET_UNKNOWN);
    return account_has_currency(account, currency) ? NULL
                                                   : budget_refusal(BUDGET_CURRENCY_MISMATCH);
}

const struct refusal *budget_delete_decide(const struct account *account, bool found)
{
    if (account == NULL)
        return budget_refusal(BUDGET_ACCOUNT_UNKNOWN);
    return found ? NULL : budget_refusal(BUDGET_UNKNOWN);
}

bool budget_thresholds_are_some(const int64_t *thresholds_ppm, size_t count)
{
    assert(count == 0 || thresholds_ppm != NULL);
    if (count < 1 || count > BUDGET_THRESHOLDS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (thresholds_ppm[i] <= (i > 0 ? thresholds_ppm[i - 1] : 0) ||
            thresholds_ppm[i] > BUDGET_PPM_MAX)
            return false;
    return true;
}

static void set_thresholds(struct budget *budget, const int64_t *thresholds_ppm, size_t count)
{
    assert(budget_thresholds_are_some(thresholds_ppm, count));
    memcpy(budget->thresholds_ppm, thresholds_ppm, count * sizeof *thresholds_ppm);
    budget->threshold_count = count;
}

void budget_change(struct budget *budget, int64_t amount_micros, const int64_t *thresholds_ppm,
                   size_t count)
{
    assert(amount_micros > 0);
    if (amount_micros != budget->amount_micros)
        budget->fired_ppm = 0;
    budget->amount_micros = amount_micros;
    set_thresholds(budget, thresholds_ppm, count);
    budget->of_cap = false;
}

void budget_fill_of_cap(struct budget *budget, int64_t cap_micros) /* LED-44 */
{
    static const int64_t thresholds_ppm[] = {500000, 800000, BUDGET_PPM};
    assert(budget_is_for_cap(cap_micros));
    budget->name = "Cap";
    budget->period = BUDGET_MONTH;
    budget->basis = BUDGET_ACTUAL;
    budget_change(budget, cap_micros, thresholds_ppm,
                  sizeof thresholds_ppm / sizeof *thresholds_ppm);
    budget->of_cap = true;
}

bool budget_is_for_cap(int64_t cap_micros)
{
    assert(cap_micros >= 0);
    return cap_micros > 0;
}

/* A month of the wall begins within a day of one of UTC, so ten days later it is the same month. */
struct budget_bounds budget_bounds_of(enum budget_period period, struct billing_span month)
{
    struct tm date;
    time_t inside = month.to_us / SECOND_US - 10 * DAY_S;
    bool has_date = gmtime_r(&inside, &date) != NULL;
    assert(has_date && period < BUDGET_PERIOD_END);
    int months = period == BUDGET_YEAR      ? YEAR_MONTHS
                 : period == BUDGET_QUARTER ? QUARTER_MONTHS
                                            : 1;
    int first = date.tm_mon - date.tm_mon % months;
    struct tm begin = {.tm_year = date.tm_year, .tm_mon = first, .tm_mday = 10};
    struct tm end = {.tm_year = date.tm_year, .tm_mon = first + months - 1, .tm_mday = 10};
    return (struct budget_bounds){timegm(&begin) * SECOND_US, timegm(&end) * SECOND_US};
}

int64_t budget_forecast(const struct budget_facts *facts) /* A.5 */
{
    int64_t coming_micros = 0, sum_micros = 0;
    assert(facts->burn_days >= 0 && facts->now_us < facts->span.to_us);
    if (facts->burn_days == 0)
        return facts->spent_micros;
    int64_t remaining_s = (facts->span.to_us - facts->now_us) / SECOND_US;
    bool fits = amount_half_away((amount_wide)facts->burn_micros * remaining_s,
                                 facts->burn_days * DAY_S, &coming_micros) &&
                amount_add(facts->spent_micros, coming_micros, &sum_micros);
    return fits ? sum_micros : facts->burn_micros > 0 ? INT64_MAX : INT64_MIN;
}

int64_t budget_measure(const struct budget *budget, const struct budget_facts *facts)
{
    assert(budget->basis > 0 && budget->basis < BUDGET_BASIS_END);
    return budget->basis == BUDGET_FORECAST ? budget_forecast(facts) : facts->spent_micros;
}

void budget_begin_period(struct budget *budget, int64_t start_us)
{
    assert(start_us > 0);
    if (start_us > budget->period_start_us) {
        budget->period_start_us = start_us;
        budget->fired_ppm = 0;
    }
}

int64_t budget_crossed(const struct budget *budget, int64_t measure_micros) /* LED-36 */
{
    int64_t highest_ppm = 0;
    assert(budget->threshold_count <= BUDGET_THRESHOLDS_MAX);
    for (size_t i = 0; i < budget->threshold_count; i++)
        if (budget->thresholds_ppm[i] > budget->fired_ppm &&
            (amount_wide)measure_micros * BUDGET_PPM >=
                (amount_wide)budget->thresholds_ppm[i] * budget->amount_micros)
            highest_ppm = budget->thresholds_ppm[i];
    return highest_ppm;
}

bool budget_agrees(const struct budget *budget)
{
    assert(budget != NULL);
    return budget->amount_micros > 0 && budget->amount_micros <= ACCOUNT_MICROS_MAX &&
           budget->period >= BUDGET_MONTH && budget->period < BUDGET_PERIOD_END &&
           budget->basis >= BUDGET_ACTUAL && budget->basis < BUDGET_BASIS_END &&
           budget_thresholds_are_some(budget->thresholds_ppm, budget->threshold_count) &&
           budget->fired_ppm >= 0 && budget->fired_ppm <= BUDGET_PPM_MAX;
}
