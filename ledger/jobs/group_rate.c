#include "ledger/jobs/group_rate.h"

#include "ledger/domain/month.h"
#include "ledger/batch/billing_zones.h"

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
    return failure;
}

enum failure group_part_find(struct reader reader, const struct price_wanted *usage,
                             struct group_part *part)
{
    struct association association = {.customer_id = usage->account_id, .since_us = usage->from_us};
    struct group_calendar calendar;
    struct group_rate rate;
    enum failure failure = association_store_read(reader, &association);
    bool is_customer = !id_is_nil(association.agent_id);
    *part = (struct group_part){is_customer ? association.agent_id : usage->account_id, 0, 0};
    if (failure == FAILURE_NONE)
        failure = group_calendar_find(reader, part->agent_id, usage->from_us, &calendar);
    if (failure != FAILURE_NONE)
        return failure;
    part->month = calendar.month;
    const struct group_month month = {part->agent_id, calendar.month, usage->currency};
    failure = group_rate_read(reader, &month, &rate);
    if (failure == FAILURE_NONE && (!is_customer || association.shares_discount))
        part->ppm = rate.ppm;
    return failure;
}
