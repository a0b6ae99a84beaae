/* The relations that keep an account open, for the gateway (ID-12), and that it has none when it is
 * closed. */
#include "identity/domain/closing.h"

#include "identity/service/account_service.h"
#include "identity/service/start.h"
#include "identity/store/account_store.h"
#include "identity/store/relation_control_store.h"
#include "identity/store/relation_store.h"

#define set_closed_scope(call, request) ((request)->account_id)
#include "identity/service/closing_rpc.h"

/* ---- ListClosingBlockers ---- */

static Identity__V1__ClosingBlocker *blocker_to_message(struct call *call, struct id account_id,
                                                        const struct held_relation *relation)
{
    struct arena *arena = call_arena(call);
    enum closing_blocker blocker = closing_blocker(id_equal(relation->agent_id, account_id));
    Identity__V1__ClosingBlocker *message = arena_alloc(arena, sizeof *message);
    identity__v1__closing_blocker__init(message);
    message->reason = arena_strdup(arena, closing_reason(blocker));
    message->sentence = arena_strdup(arena, closing_sentence(blocker));
    message->relation_id = id_to_message(call, relation->relation_id);
    message->agent_account_id = id_to_message(call, relation->agent_id);
    message->customer_account_id = id_to_message(call, relation->customer_id);
    return message;
}

static int list_closing_blockers(struct call *call, const struct list_closing_blockers *request,
                                 Identity__V1__ListClosingBlockersResponse *response)
{
    struct held_relations held;
    int no = relation_control_store_held(identity_reader(call), request->account_id,
                                         CLOSING_CUSTOMERS_MAX, &held);
    if (no != 0)
        return no;
    response->blockers =
        arena_alloc_array(call_arena(call), held.count + 1, sizeof *response->blockers);
    for (; response->n_blockers < held.count; response->n_blockers++)
        response->blockers[response->n_blockers] =
            blocker_to_message(call, request->account_id, &held.items[response->n_blockers]);
    return 0;
}

/* ---- SetClosed ---- */

/* Each begin of a relation holds the one lock as well: so one of the two sees the other. */
static int set_closed(struct mutation *mutation, const struct set_closed *request,
                      Identity__V1__SetClosedResponse *response)
{
    struct account_row account;
    struct held_relations held = {.count = 0};
    struct call *call = mutation->call;
    (void)response;
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = account_lock(mutation, request->account_id, &account);
    if (no == 0 && request->closed)
        no = relation_control_store_look_held(mutation->transaction, request->account_id,
                                              CLOSING_CUSTOMERS_MAX, &held);
    if (no != 0)
        return no;
    for (size_t i = 0; i < held.count; i++) {
        enum closing_blocker blocker =
            closing_blocker(id_equal(held.items[i].agent_id, request->account_id));
        call_add_precondition_violation(call, closing_reason(blocker),
                                        id_to_message(call, request->account_id),
                                        closing_sentence(blocker));
    }
    return held.count > 0 ? call_refuse_violations(call)
                          : account_store_set_closed(mutation->transaction, request->account_id,
                                                     request->closed, mutation->now_us);
}
