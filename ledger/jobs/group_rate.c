#include "ledger/jobs/group_rate.h"

#include "ledger/domain/month.h"
#include "ledger/batch/billing_zones.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

static enum failure find_month(struct reader reader, struct id agent_id, int64_t at_us,
                               struct billing_span *month)
{
    struct dated_zones dated;
    struct billing_zones zones;
    enum failure failure = billing_zone_store_read(reader, agent_id, at_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(reader.task, &dated, &zones);
    if (failure == FAILURE_NONE)
        *month = billing_month_of(&zones, at_us);
    return failure;
}

enum failure group_calendar_find(struct reader reader, struct id agent_id, int64_t at_us,
                                 struct group_calendar *calendar)
{
    struct billing_span month;
    enum failure failure = find_month(reader, agent_id, at_us, &month);
    if (failure != FAILURE_NONE)
        return failure;
    calendar->month = month_number(month);
    calendar->month_before = calendar->month - 1;
    calendar->month_after = calendar->month + 1;
    return FAILURE_NONE;
}

enum failure group_month_begin(struct reader reader, struct id agent_id, int64_t month,
                               int64_t *begin_us)
{
    struct billing_span span;
    enum failure failure = find_month(reader, agent_id, month_middle_us(month), &span);
    if (failure == FAILURE_NONE)
        *begin_us = span.from_us;
    return failure;
}

enum failure group_rate_read(struct reader reader, const struct group_month *month,
                             struct group_rate *rate)
{
    struct group_month before = *month;
    before.month--;
    enum failure failure = group_store_read_table(reader, month, &rate->table);
    if (failure == FAILURE_NONE)
        failure = group_store_read_volume(reader, &before, &rate->volume_micros);
    rate->ppm = failure == FAILURE_NONE ? group_ppm(&rate->table, rate->volume_micros) : 0;
    rate->is_kept = false;
    if (failure == FAILURE_NONE && rate->table.count > 0)
        failure = group_store_read_rate(reader, month, &rate->ppm, &rate->is_kept);
    return failure;
}

/* Of a line of the month, which all later ones have too (A.3). */
static enum failure read_and_keep(struct reader reader, const struct group_month *month,
                                  bool has_begun, struct group_rate *rate)
{
    enum failure failure = group_rate_read(reader, month, rate);
    if (failure != FAILURE_NONE || rate->table.count == 0 || rate->is_kept || !has_begun)
        return failure;
    failure = group_store_keep_rate(reader, month, rate->ppm);
    return failure == FAILURE_NONE
               ? group_store_read_rate(reader, month, &rate->ppm, &rate->is_kept)
               : failure;
}

/* Of now: where the volume goes. */
static enum failure find_month_of_now(struct reader reader, struct id agent_id,
                                      struct billing_span month, int64_t *number)
{
    struct billing_span current = month;
    int64_t now_us = clock_of_us(agent_id);
    enum failure failure = FAILURE_NONE;
    if (now_us < month.from_us || now_us >= month.to_us)
        failure = find_month(reader, agent_id, now_us, &current);
    *number = failure == FAILURE_NONE ? month_number(current) : 0;
    return failure;
}

enum failure group_part_find(struct reader reader, const struct price_wanted *usage,
                             struct group_part *part)
{
    struct association association = {.customer_id = usage->account_id, .since_us = usage->from_us};
    struct billing_span month;
    struct group_rate rate;
    enum failure failure = association_store_read(reader, &association);
    bool is_customer = !id_is_nil(association.agent_id);
    *part = (struct group_part){.agent_id = is_customer ? association.agent_id : usage->account_id};
    if (failure == FAILURE_NONE)
        failure = association_store_read_span(reader, &association, &part->span);
    if (failure == FAILURE_NONE)
        failure = find_month(reader, part->agent_id, usage->from_us, &month);
    if (failure == FAILURE_NONE)
        failure = find_month_of_now(reader, part->agent_id, month, &part->month);
    if (failure != FAILURE_NONE)
        return failure;
    part->span.from_us = amount_max(part->span.from_us, month.from_us);
    part->span.to_us = amount_min(part->span.to_us, month.to_us);
    struct group_month of_usage = {part->agent_id, month_number(month), usage->currency};
    if (is_customer)
        failure = group_store_read_currency(reader, part->agent_id, &of_usage.currency);
    if (failure == FAILURE_NONE)
        failure = read_and_keep(reader, &of_usage, of_usage.month <= part->month, &rate);
    if (failure == FAILURE_NONE && (!is_customer || association.shares_discount))
        part->ppm = rate.ppm;
    return failure;
}
