/* How long an account's money lasts (LED-32, D.11). */
#include "ledger/domain/runway.h"

#include <inttypes.h>

#include "ledger/jobs/runway_read.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/placing.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#include "ledger/service/runway_rpc.h"

#define WATCHERS_MAX 256
#define LOOK_PAUSE_MS 1000 /* no more is told in it than once */
#define IDLE_SECONDS_MAX 60

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

/* The account as it stands, and all that its runway is made of. */
static int look(struct call *call, struct id company_id, struct id account_id,
                struct account *account, struct runway_facts *facts)
{
    struct ledger *ledger = call_context(call);
    int64_t now_us;
    int no = account_read_at(call, company_id, account_id, account, &now_us);
    return no != 0
               ? no
               : runway_read(reader_of(call_task(call), ledger->database), account, now_us, facts);
}

/* LED-32 */
static int get_runway(struct call *call, const struct get_runway *request,
                      Ledger__V1__GetRunwayResponse *response)
{
    struct account account;
    struct runway_facts facts;
    int no = look(call, request->company_id, request->account_id, &account, &facts);
    if (no == 0)
        response->runway = to_message(call, &account, &facts);
    return no;
}

/* ---- WatchRunway (GW-06) ---- */

struct runway_watch {
    const Ledger__V1__WatchRunwayRequest *request;
    struct id account_id;
    int64_t length;   /* of the chain at the last look */
    int idle_seconds; /* since then */
    bool is_told;     /* what was told last is here */
    bool alarmed;
    struct runway_facts told;
};

static bool differs(const struct runway_facts *a, const struct runway_facts *b)
{
    return a->available_micros != b->available_micros || a->line_micros != b->line_micros ||
           a->spend_micros != b->spend_micros || a->days != b->days ||
           a->last_hour_micros != b->last_hour_micros;
}

static int tell(struct call *call, struct runway_watch *watch)
{
    struct account account;
    struct runway_facts facts = {.days = 0};
    char *company_id = watch->request->company_id;
    int no = placing_chain(call, watch->request->account_id, &company_id);
    if (no == 0)
        no = look(call, field_id(call, "company_id", company_id), watch->account_id, &account,
                  &facts);
    if (no != 0 || (watch->is_told && !differs(&watch->told, &facts)))
        return no;
    Ledger__V1__WatchRunwayResponse response;
    ledger__v1__watch_runway_response__init(&response);
    response.runway = to_message(call, &account, &facts);
    response.alarm_began = response.runway->alarm && !watch->alarmed;
    watch->alarmed = response.runway->alarm;
    watch->told = facts;
    watch->is_told = true;
    return arena_exhausted(call_arena(call)) ? FAILURE_EXHAUSTED : call_send(call, &response.base);
}

/* Whether the chain grew, or a minute has passed, in which days and hours may have ended. */
static int is_due(struct call *call, struct runway_watch *watch, bool *due)
{
    struct ledger *ledger = call_context(call);
    char *company_id = watch->request->company_id;
    int64_t length = 0;
    int no = placing_chain(call, watch->request->account_id, &company_id);
    if (no == 0)
        no = history_store_chain_length(reader_of(call_task(call), ledger->database),
                                        field_id(call, "company_id", company_id), &length);
    *due = !watch->is_told || length != watch->length || watch->idle_seconds >= IDLE_SECONDS_MAX;
    watch->length = length;
    watch->idle_seconds = *due ? 0 : watch->idle_seconds + 1;
    return no;
}

static int follow(struct call *call, struct runway_watch *watch)
{
    int no = 0;
    while (no == 0) {
        struct arena_mark mark = arena_mark(call_arena(call)); /* a watcher stays for long */
        bool due = false;
        no = is_due(call, watch, &due);
        if (no == 0 && due)
            no = tell(call, watch);
        if (no != 0)
            return no;
        if (watch->request->until_now)
            return 0;
        arena_rewind(call_arena(call), mark);
        no = task_sleep_ms(call_task(call), LOOK_PAUSE_MS);
    }
    return no;
}

static int runway_service_watch_runway_call(struct call *call)
{
    struct ledger *ledger = call_context(call);
    const ProtobufCMessage *message;
    enum failure failure = call_receive(call, &message);
    if (failure != FAILURE_NONE || message == NULL)
        return failure != FAILURE_NONE ? failure : FAILURE_INVALID;
    struct runway_watch watch = {.request = (const Ledger__V1__WatchRunwayRequest *)message};
    watch.account_id = field_id(call, "account_id", watch.request->account_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    if (ledger->runway_watchers >= WATCHERS_MAX)
        return FAILURE_EXHAUSTED;
    ledger->runway_watchers++;
    int no = follow(call, &watch);
    ledger->runway_watchers--;
    return no;
}
