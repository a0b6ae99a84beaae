#include "payments/service/received.h"

#include <assert.h>

#include "runtime/base/log.h"

enum failure received_move(struct mutation *mutation, struct top_up *top_up,
                           enum top_up_event event)
{
    int64_t now_us = mutation->now_us;
    struct top_up_change change = {
        .failure_reason = "",
        .failure_advice = "",
        .tries = event == TOP_UP_CREDIT_FORGONE ? 0 : top_up->tries, /* refunds count anew */
        .next_us = now_us,
        .now_us = now_us,
    };
    bool changed = false;
    bool applies = top_up_transition(top_up->state, event, &change.next);
    assert(applies); /* the verdict said so */
    (void)applies;
    enum failure failure = top_up_store_change(mutation->transaction, top_up, &change, &changed);
    if (failure == FAILURE_NONE && !changed)
        return FAILURE_CONFLICT;
    top_up->state = change.next;
    top_up->failure_reason = top_up->failure_advice = "";
    if (change.next == TOP_UP_SUCCEEDED)
        top_up->succeeded_us = now_us;
    if (change.next == TOP_UP_CREDITED)
        top_up->credited_us = now_us;
    if (change.next == TOP_UP_RETURNED)
        top_up->returned_us = now_us;
    return failure;
}

static struct received_facts facts_of(const struct top_up *top_up)
{
    if (top_up == NULL)
        return (struct received_facts){.found = false};
    return (struct received_facts){true, top_up->state, top_up->rail, top_up->failure_reason};
}

static int received_refuse(struct call *call, const struct refusal *refusal,
                           const struct top_up *top_up)
{
    return payments_refuse(
        call, refusal,
        top_up != NULL ? REFUSAL_TERMS({"state", top_up_state_name(top_up->state)}) : NO_TERMS);
}

int received_tell(struct mutation *mutation, struct subject_key key, const struct saga_news *news,
                  struct top_up **top_up, bool *moved)
{
    *moved = false;
    int no = top_up_store_look(mutation->transaction, key, top_up);
    if (no != 0)
        return no;
    struct received_facts facts = facts_of(*top_up);
    enum credit_verdict verdict = news->decide(&facts);
    if (verdict != CREDIT_ACCEPTED && verdict != CREDIT_REPEATED)
        return received_refuse(mutation->call, credit_refusal(verdict), *top_up);
    *moved = verdict == CREDIT_ACCEPTED;
    return *moved ? (int)received_move(mutation, *top_up, news->event) : 0;
}

static enum failure act_note(struct mutation *mutation, struct subject_key key,
                             const struct desk_act *act)
{
    const char *principal_id = call_header(mutation->call, "kontor-principal-id");
    const struct top_up_act done = {act->name, principal_id != NULL ? principal_id : "",
                                    act->remark, mutation->now_us};
    log_write(LOG_INFO, "top_up_act", log_text("act", act->name),
              log_id("top_up_id", key.subject_id), log_text("principal_id", done.principal_id));
    return top_up_store_note(mutation->transaction, key, &done);
}

int received_act(struct mutation *mutation, struct subject_key key, const struct desk_act *act,
                 struct top_up **top_up)
{
    int no = top_up_store_look(mutation->transaction, key, top_up);
    if (no != 0)
        return no;
    struct received_facts facts = facts_of(*top_up);
    enum desk_verdict verdict = act->decide(&facts);
    if (verdict != DESK_ACCEPTED)
        return received_refuse(mutation->call, desk_refusal(verdict), *top_up);
    return act_note(mutation, key, act);
}
