/* Budgets inform, where caps refuse (LED-36, A.5): how much of an amount was spent in a month,
 * quarter or year of the account's billing zone, or will be by the end of it, at the pace of its
 * last days. Each threshold is told once a period, and at once where it is past already. Reaching a
 * higher one says that the lower ones were: what was told is the highest. */
#ifndef LEDGER_DOMAIN_BUDGET_H
#define LEDGER_DOMAIN_BUDGET_H

#include "ledger/domain/account.h"
#include "ledger/domain/billing_period.h"
#include "runtime/base/refusal.h"

#define BUDGETS_MAX 20 /* of an account */
#define BUDGET_THRESHOLDS_MAX 10
#define BUDGET_PPM INT64_C(1000000) /* the whole amount */
#define BUDGET_PPM_MAX (10 * BUDGET_PPM)
#define BUDGET_NAME_SIZE_MAX 128

/* Numbered as on the wire and in the rows. */
enum budget_period { BUDGET_MONTH = 1, BUDGET_QUARTER, BUDGET_YEAR, BUDGET_PERIOD_END };
enum budget_basis { BUDGET_ACTUAL = 1, BUDGET_FORECAST, BUDGET_BASIS_END };

struct budget {
    struct id budget_id, account_id;
    const char *name;
    int64_t amount_micros; /* above zero */
    enum budget_period period;
    enum budget_basis basis;
    int64_t thresholds_ppm[BUDGET_THRESHOLDS_MAX]; /* each above the one before */
    size_t threshold_count;
    bool of_cap;             /* it was made with a cap and follows it (LED-44) */
    int64_t period_start_us; /* of the period that fired_ppm is of; 0: none yet */
    int64_t fired_ppm;       /* the highest threshold that was told in it; 0: none */
    int64_t looked_us;
    int64_t version;
    int64_t created_us, changed_us;
};

#define BUDGET_REFUSALS(X)                                                            \
    X(BUDGET_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.")                                               \
    X(BUDGET_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",       \
      "The account is closed.")                                                       \
    X(BUDGET_UNKNOWN, NEVER, CODE_NOT_FOUND, "BUDGET_NOT_FOUND",                      \
      "The account has no such budget.")                                              \
    X(BUDGET_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                            \
    X(BUDGET_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "BUDGET_LIMIT",                \
      "The account has 20 budgets already.")

enum budget_verdict { BUDGET_ACCEPTED = 0, BUDGET_REFUSALS(REFUSAL_ENUM) };
const struct refusal *budget_refusal(enum budget_verdict verdict);

/* Each NULL: accepted. account NULL: it is not known. */
const struct refusal *budget_create_decide(const struct account *account, const char *currency,
                                           size_t count);
const struct refusal *budget_change_decide(const struct account *account, bool found,
                                           const char *currency);
const struct refusal *budget_delete_decide(const struct account *account, bool found);

/* 1 to 10, each above the one before, at most ten times the amount. */
bool budget_thresholds_are_some(const int64_t *thresholds_ppm, size_t count);

/* Another amount arms every threshold anew; other thresholds leave what was told. Either way it is
 * whoever changed it that says so from now on, and no cap. */
void budget_change(struct budget *budget, int64_t amount_micros, const int64_t *thresholds_ppm,
                   size_t count);

/* LED-44: 50, 80 and 100 % of a cap of a calendar month. */
void budget_fill_of_cap(struct budget *budget, int64_t cap_micros);

/* Whether a cap of so much has anything to tell: with a cap of zero nothing is bought. */
bool budget_is_for_cap(int64_t cap_micros);

/* Moments within the first and the last month of the period of a calendar month. */
struct budget_bounds {
    int64_t first_us, last_us;
};
struct budget_bounds budget_bounds_of(enum budget_period period, struct billing_span month);

struct budget_facts {
    struct billing_span span; /* the period */
    int64_t now_us;
    int64_t spent_micros; /* in it: charges less refunds */
    int64_t burn_micros;  /* in the last complete days, … */
    int64_t burn_days;    /* … of which there are so many; 0: none */
};

/* Spent, and burn × remaining seconds / (days × 86,400), rounded half away from zero. */
int64_t budget_forecast(const struct budget_facts *facts);

/* The sum that thresholds are held against. */
int64_t budget_measure(const struct budget *budget, const struct budget_facts *facts);

/* A period that begins arms every threshold. */
void budget_begin_period(struct budget *budget, int64_t start_us);

/* The highest threshold that is reached and was not told in this period; 0: none. */
int64_t budget_crossed(const struct budget *budget, int64_t measure_micros);

/* Whether the row's numbers are such as this file makes. */
bool budget_agrees(const struct budget *budget);

#endif
