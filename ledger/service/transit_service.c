#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/store/transit_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define list_transits_read list_transits_read
#include "ledger/service/transit_rpc.h"

#define RECONCILE_SECONDS 60

_Static_assert((int)LEDGER__V1__TRANSIT_KIND__TRANSIT_KIND_REVOKE == (int)TRANSIT_REVOKE,
               "kinds have the same numbers");
_Static_assert((int)LEDGER__V1__TRANSIT_KIND__TRANSIT_KIND_RECLAIM == (int)TRANSIT_RECLAIM,
               "kinds have the same numbers");

static Ledger__V1__Transit *transit_to_message(struct arena *arena, const struct transit *transit)
{
    Ledger__V1__Transit *message = message_new(arena, &ledger__v1__transit__descriptor);
    message->transit_id = id_to_message(arena, transit->id);
    message->kind = (Ledger__V1__TransitKind)transit->kind;
    message->sender_account_id = id_to_message(arena, transit->sender_id);
    message->receiver_account_id = id_to_message(arena, transit->receiver_id);
    message->amount_micros = transit->amount_micros;
    message->currency = arena_strdup(arena, transit->currency);
    message->sent_time = timestamp_from_us(arena, transit->sent_us);
    return message;
}

static void list_transits_read(struct call *call, const Ledger__V1__ListTransitsRequest *message,
                               struct list_transits *request)
{
    list_transits_fields(call, message, request);
    if (message->older_than_seconds < 0)
        call_add_field_violation(call, "older_than_seconds", FAULT_OUT_OF_RANGE,
                                 "must not be negative");
}

static int list_transits(struct call *call, const struct list_transits *request,
                         Ledger__V1__ListTransitsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct arena *arena = call_arena(call);
    int64_t age_seconds =
        request->older_than_seconds != 0 ? request->older_than_seconds : RECONCILE_SECONDS;
    const struct transits_wanted wanted = {
        request->after_id, clock_now_us() - age_seconds * 1000000, page_limit(request->page_size)};
    struct transits transits;
    int no = transit_store_list(reader_of(call_task(call), ledger->database), &wanted, &transits);
    if (no != 0)
        return no;
    bool follows = transits.count > request->page_size;
    size_t count = follows ? request->page_size : transits.count;
    response->transits = arena_alloc_array(arena, count + 1, sizeof *response->transits);
    for (; response->n_transits < count; response->n_transits++)
        response->transits[response->n_transits] =
            transit_to_message(arena, &transits.items[response->n_transits]);
    if (follows)
        response->next_page_token = page_token_of_id(call, transits.items[count - 1].id);
    return 0;
}
