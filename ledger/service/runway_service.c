/* How long an account's money lasts (LED-32, D.11). */
#include "ledger/domain/runway.h"

#include <inttypes.h>

#include "ledger/jobs/runway_read.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#include "ledger/service/runway_rpc.h"

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
    struct runway_facts facts;
    int64_t now_us;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    if (no != 0)
        return no;
    struct ledger *ledger = call_context(call);
    no = runway_read(reader_of(call_task(call), ledger->database), &account, now_us, &facts);
    if (no == 0)
        response->runway = to_message(call, &account, &facts);
    return no;
}
