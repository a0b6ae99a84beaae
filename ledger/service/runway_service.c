/* How long an account's money lasts (LED-32, D.11). */
#include "ledger/domain/runway.h"

#include <inttypes.h>

#include "ledger/domain/billing_period.h"
#include "ledger/batch/billing_zones.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/store/history_store.h"
#include "ledger/store/spend_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#include "ledger/service/runway_rpc.h"

#define HOUR_US (INT64_C(3600) * 1000000)

/* The complete days of the account's calendar that lie behind a moment, seven at most. */
static struct billing_span complete_days(const struct billing_zones *zones, int64_t opened_us,
                                         int64_t now_us, int64_t *count)
{
    int64_t today_us = billing_day_of(zones, now_us).from_us;
    struct billing_span days = {today_us, today_us};
    for (*count = 0; *count < RUNWAY_BURN_DAYS; ++*count) {
        int64_t from_us = billing_day_of(zones, days.from_us - 1).from_us;
        if (from_us < opened_us)
            break;
        days.from_us = from_us;
    }
    return days;
}

static enum failure read_last_hour(struct reader reader, const struct account *account,
                                   struct runway_facts *facts)
{
    const struct company_accounts wanted = {account->company_id, &account->id, 1};
    struct consumption consumed = {.micros = 0};
    size_t count = 0;
    enum failure failure = history_store_read_consumption(
        reader, &wanted, (struct consumption_span){facts->now_us - HOUR_US, facts->now_us},
        &consumed, &count);
    facts->last_hour_micros = consumed.micros;
    return failure;
}

static enum failure read_facts(struct call *call, const struct account *account,
                               struct runway_facts *facts)
{
    struct ledger *ledger = call_context(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    struct dated_zones dated;
    struct billing_zones zones;
    enum failure failure = billing_zone_store_read(reader, account->id, facts->now_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(call_task(call), &dated, &zones);
    if (failure != FAILURE_NONE)
        return failure;
    struct billing_span days =
        complete_days(&zones, account->opened_us, facts->now_us, &facts->days);
    failure =
        spend_store_read_days(reader, account->id, days.from_us, days.to_us, &facts->spend_micros);
    return failure == FAILURE_NONE ? read_last_hour(reader, account, facts) : failure;
}

static void put_hour(struct call *call, const struct runway_facts *facts,
                     const struct runway *runway, Ledger__V1__Runway *message)
{
    message->last_hour_micros = facts->last_hour_micros;
    if (runway->hour_depletion_us != 0)
        message->last_hour_depletion_time =
            timestamp_from_us(call_arena(call), runway->hour_depletion_us);
}

static Ledger__V1__Runway *to_message(struct call *call, const struct account *account,
                                      const struct runway_facts *facts)
{
    struct arena *arena = call_arena(call);
    const struct runway runway = runway_of(facts);
    Ledger__V1__Runway *message = message_new(arena, &ledger__v1__runway__descriptor);
    message->account_id = id_to_message(arena, account->id);
    message->currency = arena_strdup(arena, account->currency);
    message->available_micros = facts->available_micros;
    message->line_micros = facts->line_micros;
    message->spent_micros = facts->spend_micros;
    message->days_counted = (int32_t)facts->days;
    message->burn_micros = runway.burn_micros;
    if (!runway.is_endless)
        message->days_left =
            arena_printf(arena, "%" PRId64 ".%" PRId64, runway.tenths / 10, runway.tenths % 10);
    if (runway.depletion_us != 0)
        message->depletion_time = timestamp_from_us(arena, runway.depletion_us);
    message->alarm = runway.alarms;
    put_hour(call, facts, &runway, message);
    message->as_of_time = timestamp_from_us(arena, facts->now_us);
    return message;
}

/* LED-32 */
static int get_runway(struct call *call, const struct get_runway *request,
                      Ledger__V1__GetRunwayResponse *response)
{
    struct account account;
    struct runway_facts facts = {.days = 0};
    int no =
        account_read_at(call, request->company_id, request->account_id, &account, &facts.now_us);
    if (no != 0)
        return no;
    facts.available_micros = account_available(&account);
    facts.line_micros = account_suspension_line(&account);
    no = read_facts(call, &account, &facts);
    if (no == 0)
        response->runway = to_message(call, &account, &facts);
    return no;
}
