#include "ledger/domain/cost.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "ledger/domain/usage_record.h"
#include "runtime/base/text.h"

#define SECOND_US INT64_C(1000000)

static const struct refusal refusals[] = {COST_REFUSALS(REFUSAL_ROW)};

const struct refusal *cost_refusal(enum cost_verdict verdict)
{
    assert(verdict > COST_ACCEPTED && verdict <= COST_OUT_OF_RANGE);
    return &refusals[verdict - 1];
}

/* ---- the question ---- */

static bool fail(struct cost_mistake *mistake, const char *field, enum fault fault,
                 const char *sentence)
{
    assert(mistake != NULL && fault != FAULT_NONE);
    *mistake = (struct cost_mistake){field, fault, sentence};
    return false;
}

static bool check_keys(const struct cost_question *question, struct cost_mistake *mistake)
{
    bool has_tag = false;
    assert(question->tag_key != NULL);
    if (question->key_count < 1)
        return fail(mistake, "group_by", FAULT_REQUIRED, "must be one or two keys");
    if (question->key_count > COST_KEYS_MAX)
        return fail(mistake, "group_by", FAULT_TOO_MANY, "must be one or two keys");
    for (size_t i = 0; i < question->key_count; i++) {
        if (question->keys[i] < COST_BY_DAY || question->keys[i] > COST_BY_TAG)
            return fail(mistake, "group_by", FAULT_UNKNOWN_VALUE, "is no value of this field");
        has_tag |= question->keys[i] == COST_BY_TAG;
    }
    if (question->key_count == COST_KEYS_MAX && question->keys[0] == question->keys[1])
        return fail(mistake, "group_by", FAULT_NOT_DISTINCT, "must be different keys");
    if (!has_tag)
        return text_is_empty(question->tag_key) ||
               fail(mistake, "tag_key", FAULT_NOT_ALLOWED, "stands with the key TAG alone");
    return usage_tag_key_is_one(question->tag_key) ||
           fail(mistake, "tag_key", FAULT_MALFORMED,
                "must be 1 to 64 letters, digits and any of \"_.:/-\"");
}

static bool check_times(const struct cost_question *question, struct cost_mistake *mistake)
{
    assert(question->start_us >= 0 && question->end_us >= 0);
    if (question->start_us == 0)
        return fail(mistake, "start_time", FAULT_NOT_A_TIME, "must be a moment");
    if (question->end_us == 0)
        return fail(mistake, "end_time", FAULT_NOT_A_TIME, "must be a moment");
    if (question->end_us <= question->start_us)
        return fail(mistake, "end_time", FAULT_MISMATCH, "must be after start_time");
    return question->end_us - question->start_us <= COST_LENGTH_MAX_US ||
           fail(mistake, "end_time", FAULT_OUT_OF_RANGE,
                "must be at most 400 days of 24 hours after start_time");
}

bool cost_check(const struct cost_question *question, struct cost_mistake *mistake)
{
    assert(question != NULL && mistake != NULL);
    return check_keys(question, mistake) && check_times(question, mistake);
}

/* ---- the calendar ---- */

static const struct zone *zone_at(const struct billing_zones *zones, int64_t instant_us)
{
    assert(zones->count > 0 && zones->count <= BILLING_ZONES_MAX);
    size_t i = zones->count - 1;
    while (i > 0 && zones->items[i].since_us > instant_us)
        i--;
    return zones->items[i].zone;
}

/* By its middle, which lies in the same day and month whatever was cut off the span. */
static bool name_span(const struct billing_zones *zones, enum cost_key key,
                      struct billing_span span, char name[COST_NAME_SIZE])
{
    int64_t middle_us = span.from_us + (span.to_us - span.from_us) / 2;
    time_t middle_s = middle_us / SECOND_US;
    struct tm date;
    assert(span.to_us > span.from_us);
    middle_s += zone_offset_s(zone_at(zones, middle_us), middle_s);
    bool has_date = gmtime_r(&middle_s, &date) != NULL;
    assert(has_date);
    return key == COST_BY_DAY ? text_print(name, COST_NAME_SIZE, "%04d-%02d-%02d",
                                           date.tm_year + 1900, date.tm_mon + 1, date.tm_mday)
                              : text_print(name, COST_NAME_SIZE, "%04d-%02d", date.tm_year + 1900,
                                           date.tm_mon + 1);
}

bool cost_calendar_go_on(struct cost_calendar *calendar, enum cost_key key,
                         const struct billing_zones *zones, int64_t until_us)
{
    assert(key == COST_BY_DAY || key == COST_BY_MONTH);
    while (calendar->next_us < until_us) {
        struct billing_span span = key == COST_BY_DAY ? billing_day_of(zones, calendar->next_us)
                                                      : billing_month_of(zones, calendar->next_us);
        if (calendar->count == COST_SPANS_MAX ||
            !name_span(zones, key, span, calendar->names[calendar->count]))
            return false;
        calendar->from_us[calendar->count++] = calendar->next_us;
        assert(span.to_us > calendar->next_us);
        calendar->next_us = span.to_us;
    }
    return true;
}

/* ---- the answer ---- */

enum cost_verdict cost_decide(const struct cost_facts *facts)
{
    assert(facts->looked >= 0);
    if (facts->looked > COST_LINES_MAX)
        return COST_TOO_WIDE;
    return facts->fits ? COST_ACCEPTED : COST_OUT_OF_RANGE;
}
