/* By which zone an account's billing periods are (D.14, LED-26). */
#include "ledger/domain/billing_period.h"
#include "ledger/domain/refusals.h"
#include "ledger/batch/billing_zones.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/store/billing_zone_store.h"
#include "ledger/store/cap_store.h"
#include "runtime/base/text.h"
#include "runtime/process/time_zone.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define set_billing_time_zone_read set_billing_time_zone_read
#define set_billing_time_zone_refused set_billing_time_zone_refused
#include "ledger/service/billing_time_zone_rpc.h"

static Ledger__V1__BillingTimeZone *to_message(struct call *call, struct id account_id,
                                               const struct dated_zones *dated,
                                               struct billing_span period)
{
    struct arena *arena = call_arena(call);
    Ledger__V1__BillingTimeZone *message =
        message_new(arena, &ledger__v1__billing_time_zone__descriptor);
    message->account_id = id_to_message(arena, account_id);
    for (size_t i = 0; i < dated->count; i++) {
        const struct dated_zone *zone = &dated->items[i];
        if (zone->since_us < period.to_us) {
            message->time_zone = arena_strdup(arena, zone->name);
            message->since_time =
                zone->since_us > 0 ? timestamp_from_us(arena, zone->since_us) : NULL;
        } else if (message->next_since_time == NULL) {
            message->next_time_zone = arena_strdup(arena, zone->name);
            message->next_since_time = timestamp_from_us(arena, zone->since_us);
        }
    }
    message->period_start_time = timestamp_from_us(arena, period.from_us);
    message->period_end_time = timestamp_from_us(arena, period.to_us);
    return message;
}

static int get_billing_time_zone(struct call *call, const struct get_billing_time_zone *request,
                                 Ledger__V1__GetBillingTimeZoneResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    struct dated_zones dated;
    struct billing_zones zones;
    int64_t now_us;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    if (no == 0)
        no = billing_zone_store_read(reader_of(call_task(call), ledger->database), account.id,
                                     now_us, &dated);
    if (no == 0)
        no = billing_zones_find(call_task(call), &dated, &zones);
    if (no != 0)
        return no;
    response->billing_time_zone =
        to_message(call, account.id, &dated, billing_period_of(&zones, now_us));
    return 0;
}

/* ---- choosing one ---- */

static void set_billing_time_zone_read(struct call *call,
                                       const Ledger__V1__SetBillingTimeZoneRequest *message,
                                       struct set_billing_time_zone *request)
{
    set_billing_time_zone_fields(call, message, request);
    field_text(call, "time_zone", request->time_zone, 1, ZONE_NAME_SIZE - 1);
}

static enum failure note(struct mutation *mutation, const struct set_billing_time_zone *request,
                         const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_billing_time_zone",
                                           .currency = "",
                                           .remark = request->time_zone});
}

static enum failure set_billing_time_zone_refused(struct mutation *mutation,
                                                  const struct set_billing_time_zone *request)
{
    return note(mutation, request, NULL);
}

/* A zone is read before its name is kept. */
static int check_name(struct call *call, const char *name)
{
    const struct zone *zone;
    enum failure failure = time_zone_find(call_task(call), name, &zone);
    return failure == FAILURE_INVALID ? call_refuse(call, &time_zone_unknown, NO_TERMS) : failure;
}

static int lock(struct mutation *mutation, const struct set_billing_time_zone *request,
                struct locked_account *locked, struct dated_zones *dated)
{
    int no =
        account_store_lock(mutation->transaction, request->company_id, request->account_id, locked);
    if (no == 0 && !locked->found)
        no = call_refuse(mutation->call, &account_unknown, NO_TERMS);
    return no != 0 ? no
                   : billing_zone_store_lock(mutation->transaction, request->account_id,
                                             mutation->now_us, dated);
}

/* Without one that has not begun yet; the zone of now is the last. */
static void forget_coming(struct dated_zones *dated, int64_t now_us)
{
    while (dated->count > 1 && dated->items[dated->count - 1].since_us > now_us)
        dated->count--;
}

/* The month that runs may end by the zone that was chosen, or by the one of now again (LED-31). */
static enum failure end_cap_month(struct mutation *mutation, struct id account_id,
                                  const struct dated_zones *dated)
{
    struct billing_zones zones;
    enum failure failure = billing_zones_find(call_task(mutation->call), dated, &zones);
    return failure == FAILURE_NONE
               ? cap_store_end_month(mutation->transaction, account_id, mutation->now_us,
                                     billing_month_of(&zones, mutation->now_us).to_us)
               : failure;
}

static int set_billing_time_zone(struct mutation *mutation,
                                 const struct set_billing_time_zone *request,
                                 Ledger__V1__SetBillingTimeZoneResponse *response)
{
    struct locked_account locked;
    struct dated_zones dated;
    struct billing_zones zones;
    int no = check_name(mutation->call, request->time_zone);
    if (no == 0)
        no = lock(mutation, request, &locked, &dated);
    if (no != 0)
        return no;
    forget_coming(&dated, mutation->now_us);
    no = billing_zones_find(call_task(mutation->call), &dated, &zones);
    if (no != 0)
        return no;
    struct dated_zone next = {request->time_zone, billing_change_us(&zones, mutation->now_us)};
    bool stays = text_equal(dated.items[dated.count - 1].name, next.name);
    no = billing_zone_store_change(mutation->transaction, request->account_id, stays ? NULL : &next,
                                   mutation->now_us);
    if (no == 0)
        no = note(mutation, request, &locked);
    if (!stays && dated.count < BILLING_ZONES_MAX)
        dated.items[dated.count++] = next;
    if (no == 0)
        no = end_cap_month(mutation, request->account_id, &dated);
    response->billing_time_zone = to_message(mutation->call, request->account_id, &dated,
                                             billing_period_of(&zones, mutation->now_us));
    return no;
}
