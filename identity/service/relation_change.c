/* Relations that hold (B.2): other terms are offered, and they end. */
#include "identity/service/fields.h"
#include "identity/jobs/relation.h"
#include "identity/service/relation.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static int refuse(struct call *call, enum relation_verdict verdict)
{
    return call_refuse(call, relation_refusal(verdict), NO_TERMS);
}

/* Locks the structure, the account that acts, and the relation. */
static int take(struct mutation *mutation, struct id account_id, struct id relation_id,
                struct relation_row *row, bool *exists)
{
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = administrator_lock(mutation, account_id);
    return no != 0 ? no : relation_store_lock(mutation->transaction, relation_id, row, exists);
}

/* ---- ChangeRelation ---- */

void change_relation_read(struct call *call, const Identity__V1__ChangeRelationRequest *message,
                          struct change_relation *request)
{
    change_relation_fields(call, message, request);
    (void)relation_field_terms(call, request->terms);
    relation_field_valid_until(call, request->has_valid_until_time, request->valid_until_us);
}

static struct relation_row changed(struct mutation *mutation, const struct relation_row *row,
                                   const struct change_relation *request)
{
    struct relation_row next = *row;
    char *hash = arena_alloc(call_arena(mutation->call), RELATION_HASH_SIZE);
    next.offer.version = row->offer.version + 1;
    next.offer.terms = relation_field_terms(mutation->call, request->terms);
    next.offer.expires_us = request->has_valid_until_time
                                ? request->valid_until_us
                                : mutation->now_us + RELATION_OFFER_LIFETIME_US;
    relation_offer_hash(&next.offer, hash);
    next.offer_hash = hash;
    next.offered_us = mutation->now_us;
    next.relation.expires_us = next.offer.expires_us;
    next.relation.answered_us = 0;
    return next;
}

/* A reduction holds at once; anything else waits for the customer. */
static int offer_or_reduce(struct mutation *mutation, struct relation_row *row)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(
        call_arena(call),
        "The partner of the Kontor account %s offers it other terms (relation %s). See them with "
        "\"kontor relation list\" or in the portal, then confirm or refuse. Until you confirm, the "
        "present terms hold.",
        id_to_message(call, row->relation.customer_id), id_to_message(call, row->relation_id));
    if (!relation_terms_are_reduced(&row->held.terms, &row->offer.terms))
        return relation_tell(mutation, row->relation.customer_id, row->relation_id,
                             SECURITY_RELATION_OFFERED, text);
    row->relation.answered_us = mutation->now_us;
    int no =
        relation_store_answer(mutation->transaction, row,
                              &(struct relation_answered){row->relation_id, row->offer.version,
                                                          caller_id(call), mutation->now_us, true});
    if (no == 0)
        no = relation_tell_began(mutation->transaction, row, mutation->now_us);
    row->held = (struct relation_held){row->offer.version, row->offer.terms, mutation->now_us};
    text = arena_printf(call_arena(call),
                        "The partner of the Kontor account %s may do less than before (relation "
                        "%s). See the terms with \"kontor relation list\" or in the portal.",
                        id_to_message(call, row->relation.customer_id),
                        id_to_message(call, row->relation_id));
    return no != 0 ? no
                   : relation_tell(mutation, row->relation.customer_id, row->relation_id,
                                   SECURITY_RELATION_REDUCED, text);
}

int change_relation(struct mutation *mutation, const struct change_relation *request,
                    Identity__V1__ChangeRelationResponse *response)
{
    struct relation_row row, next;
    bool exists = false;
    int no = take(mutation, request->account_id, request->relation_id, &row, &exists);
    if (no != 0)
        return no;
    if (exists)
        next = changed(mutation, &row, request);
    enum relation_verdict verdict = relation_change_decide(
        exists ? &row.relation : NULL, request->account_id,
        exists && relation_terms_are_equal(&row.held.terms, &next.offer.terms), mutation->now_us);
    if (verdict != RELATION_ACCEPTED)
        return refuse(mutation->call, verdict);
    no = relation_store_offer(mutation->transaction,
                              &(struct relation_request){.offer = next.offer,
                                                         .offer_hash = next.offer_hash,
                                                         .requested_by = caller_id(mutation->call),
                                                         .now_us = mutation->now_us});
    if (no == 0)
        no = offer_or_reduce(mutation, &next);
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &next, mutation->now_us);
    return no;
}

/* ---- EndRelation ---- */

void end_relation_read(struct call *call, const Identity__V1__EndRelationRequest *message,
                       struct end_relation *request)
{
    int64_t now_us = clock_now_us();
    end_relation_fields(call, message, request);
    if (!request->has_effective_time)
        return;
    if (request->effective_us <= now_us)
        call_add_field_violation(call, "effective_time", FAULT_IN_THE_PAST,
                                 "Must be in the future; without it the end is now.");
    else if (request->effective_us > now_us + RELATION_NOTICE_MAX_US)
        call_add_field_violation(call, "effective_time", FAULT_OUT_OF_RANGE,
                                 "Must be within 90 days.");
}

/* ID-41: nothing owed, nothing under way. */
static int admit_end(struct mutation *mutation, const struct end_relation *request,
                     const struct relation *found)
{
    struct relation_ending ending = {.found = found,
                                     .account_id = request->account_id,
                                     .customer_id = request->customer_account_id,
                                     .is_now = !request->has_effective_time};
    struct relation_standing standing;
    int no = relation_read_standing(mutation->call, &standing);
    if (no == 0)
        no = relation_store_endings(mutation->transaction, request->customer_account_id,
                                    mutation->now_us, &ending.endings);
    if (no != 0)
        return no;
    enum relation_verdict verdict = relation_end_decide(&ending, mutation->now_us);
    if (verdict != RELATION_ACCEPTED)
        return refuse(mutation->call, verdict);
    enum relation_obstacle obstacles[RELATION_OBSTACLES_MAX];
    bool by_agent = id_equal(request->account_id, found->agent_id);
    return relation_refuse_for(mutation->call, request->customer_account_id, obstacles,
                               relation_end_obstacles(&standing, by_agent, obstacles));
}

static struct id other_end(const struct relation *relation, struct id account_id)
{
    return id_equal(relation->agent_id, account_id) ? relation->customer_id : relation->agent_id;
}

static int tell_other(struct mutation *mutation, struct id account_id,
                      const struct relation_row *row, enum security_event_kind kind)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(
        call_arena(call),
        kind == SECURITY_RELATION_ENDING
            ? "Relation %s of the Kontor accounts %s and %s ends. When, \"kontor relation list\" "
              "tells."
            : "Relation %s of the Kontor accounts %s and %s does not end: that was taken back.",
        id_to_message(call, row->relation_id), id_to_message(call, row->relation.agent_id),
        id_to_message(call, row->relation.customer_id));
    int no = relation_note(mutation, account_id, row->relation_id, kind);
    return no != 0 ? no
                   : relation_tell(mutation, other_end(&row->relation, account_id),
                                   row->relation_id, kind, text);
}

int end_relation(struct mutation *mutation, const struct end_relation *request,
                 Identity__V1__EndRelationResponse *response)
{
    struct relation_row row;
    bool exists = false;
    int no = take(mutation, request->account_id, request->relation_id, &row, &exists);
    if (no == 0)
        no = admit_end(mutation, request, exists ? &row.relation : NULL);
    if (no != 0)
        return no;
    row.relation.effective_us =
        request->has_effective_time ? request->effective_us : mutation->now_us;
    no = relation_store_ending(mutation->transaction, &row.relation, caller_id(mutation->call),
                               request->account_id, mutation->now_us);
    if (no == 0)
        no = tell_other(mutation, request->account_id, &row, SECURITY_RELATION_ENDING);
    if (no == 0 && row.relation.effective_us <= mutation->now_us)
        no = relation_end(mutation->transaction, &row, mutation->now_us);
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return no;
}

/* ---- WithdrawEnd ---- */

int withdraw_end(struct mutation *mutation, const struct withdraw_end *request,
                 Identity__V1__WithdrawEndResponse *response)
{
    struct relation_row row;
    bool exists = false;
    int no = take(mutation, request->account_id, request->relation_id, &row, &exists);
    if (no != 0)
        return no;
    enum relation_verdict verdict = relation_withdraw_decide(exists ? &row.relation : NULL,
                                                             request->account_id, mutation->now_us);
    if (verdict != RELATION_ACCEPTED)
        return refuse(mutation->call, verdict);
    row.relation.effective_us = 0;
    no = relation_store_ending(mutation->transaction, &row.relation, (struct id){{0}},
                               (struct id){{0}}, 0);
    if (no == 0)
        no = tell_other(mutation, request->account_id, &row, SECURITY_RELATION_END_WITHDRAWN);
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return no;
}
