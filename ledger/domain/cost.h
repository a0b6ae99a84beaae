/* Costs: usage lines together (LED-35, LED-39). Which questions are answered, and the calendar by
 * which lines are put together; the sums are the database's. */
#ifndef LEDGER_DOMAIN_COST_H
#define LEDGER_DOMAIN_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/domain/billing_period.h"
#include "runtime/base/fault.h"
#include "runtime/base/refusal.h"

#define COST_KEYS_MAX 2
#define COST_LENGTH_MAX_US (INT64_C(400) * 86400 * 1000000)
#define COST_LINES_MAX 100000 /* that one call looks at */
#define COST_ROWS_MAX 1000    /* of an answer */
#define COST_SPANS_MAX 480    /* 401 days, and those that a change of zone cuts */
#define COST_NAME_SIZE 16     /* "2030-03-31" and the NUL, and of the year 10000 */

/* As in CostKey. */
enum cost_key {
    COST_BY_NOTHING,
    COST_BY_DAY,
    COST_BY_MONTH,
    COST_BY_PRODUCT,
    COST_BY_SKU,
    COST_BY_REGION,
    COST_BY_RESOURCE,
    COST_BY_TAG
};

struct cost_question {
    enum cost_key keys[COST_KEYS_MAX];
    size_t key_count; /* may say more than there are */
    const char *tag_key;
    int64_t start_us; /* 0: is no moment */
    int64_t end_us;
};

struct cost_mistake {
    const char *field;
    enum fault fault;
    const char *sentence;
};

/* By itself; the first mistake. true: there is none. */
bool cost_check(const struct cost_question *question, struct cost_mistake *mistake);

/* Days or months that follow each other, without a gap, and their names: those of the same name are
 * one to who asks. */
struct cost_calendar {
    int64_t from_us[COST_SPANS_MAX];
    char names[COST_SPANS_MAX][COST_NAME_SIZE];
    size_t count;
    int64_t next_us; /* up to where it reaches; begins as the start of the question */
};

/* Goes on up to a moment at least, by zones that count there. false: there is no room. */
bool cost_calendar_go_on(struct cost_calendar *calendar, enum cost_key key,
                         const struct billing_zones *zones, int64_t until_us) must_check;

#define COST_REFUSALS(X)                                                        \
    X(COST_TOO_WIDE, NEVER, CODE_FAILED_PRECONDITION, "COST_TOO_WIDE",          \
      "More than 100,000 usage lines lie in this time; ask for a shorter one.") \
    X(COST_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "COST_OUT_OF_RANGE",         \
      "A sum is beyond what an amount can hold; ask for a shorter time, or for fewer lines.")

enum cost_verdict { COST_ACCEPTED = 0, COST_REFUSALS(REFUSAL_ENUM) };
const struct refusal *cost_refusal(enum cost_verdict verdict);

struct cost_facts {
    int64_t looked; /* lines; no more than one too many are counted */
    bool fits;      /* each sum is an int64 */
};

enum cost_verdict cost_decide(const struct cost_facts *facts);

#endif
