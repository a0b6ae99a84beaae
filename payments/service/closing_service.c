#include "payments/domain/closing.h"
#include "payments/service/closing_rpc.h"
#include "payments/store/account_store.h"
#include "payments/store/top_up_store.h"

/* ---- ListClosingBlockers ---- */

static Payments__V1__ClosingBlocker *blocker_message(struct arena *arena,
                                                     const struct top_up_sum *sum)
{
    Payments__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    payments__v1__closing_blocker__init(message);
    enum closing_blocker blocker = closing_blocker(sum->received);
    message->reason = arena_strdup(arena, closing_reason(blocker));
    message->sentence = arena_strdup(arena, closing_sentence(blocker));
    message->currency = arena_strdup(arena, sum->currency->code);
    message->amount_micros = sum->micros;
    return message;
}

static int list_closing_blockers(struct call *call, const struct list_closing_blockers *request,
                                 Payments__V1__ListClosingBlockersResponse *response)
{
    struct top_up_sums sums;
    int no = top_up_store_sum_under_way(payments_reader(call), request->account_id, &sums);
    if (no != 0)
        return no;
    response->blockers =
        arena_alloc_array(call_arena(call), sums.count + 1, sizeof *response->blockers);
    for (; response->n_blockers < sums.count; response->n_blockers++)
        response->blockers[response->n_blockers] =
            blocker_message(call_arena(call), &sums.sums[response->n_blockers]);
    return 0;
}

/* ---- SetClosed ---- */

/* The account is locked here, and held by an rpc that begins a top-up to it: so one of the two sees
 * the other. */
static int set_closed(struct mutation *mutation, const struct set_closed *request,
                      Payments__V1__SetClosedResponse *response)
{
    struct account *account;
    struct top_up_sums sums = {.count = 0};
    char id[ID_TEXT_SIZE];
    (void)response;
    int no = account_store_enter(mutation->transaction, request->account_id, &account);
    if (no == 0 && request->closed)
        no = top_up_store_look_under_way(mutation->transaction, request->account_id, &sums);
    if (no != 0)
        return no;
    for (size_t i = 0; i < sums.count; i++) {
        enum closing_blocker blocker = closing_blocker(sums.sums[i].received);
        call_add_precondition_violation(mutation->call, closing_reason(blocker),
                                        id_format(request->account_id, id),
                                        closing_sentence(blocker));
    }
    if (sums.count > 0)
        return call_refuse_violations(mutation->call);
    return account_store_set_closed(mutation->transaction, request->account_id, request->closed,
                                    mutation->now_us);
}
