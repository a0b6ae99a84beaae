/* Associations of partners and their customers (B.2): asked for, agreed to, refused, listed. */
#include "identity/service/account_service.h"
#include "identity/service/fields.h"
#include "identity/service/relation.h"
#include "identity/service/start.h"
#include "runtime/rpc/timestamp.h"

#define authorise_partner_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define authorise_partner_read authorise_partner_read
#define authorise_partner_scope(call, request) caller_id(call)
#define authorise_partner_linkage extern
#define end_partner_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#define end_partner_scope(call, request) caller_id(call)
#define end_partner_linkage extern
#define list_partners_admit(call) caller_admit(call)
#define list_partners_linkage extern
#define request_relation_admit(call) caller_admit(call)
#define request_relation_read request_relation_read
#define request_relation_done(call, request, response) messages_deliver(call)
#define cancel_relation_admit(call) caller_admit(call)
#define confirm_relation_admit(call) caller_admit(call)
#define confirm_relation_done(call, request, response) messages_deliver(call)
#define refuse_relation_admit(call) caller_admit(call)
#define refuse_relation_done(call, request, response) messages_deliver(call)
#define change_relation_admit(call) caller_admit(call)
#define change_relation_read change_relation_read
#define change_relation_done(call, request, response) messages_deliver(call)
#define change_relation_linkage extern
#define end_relation_admit(call) caller_admit(call)
#define end_relation_read end_relation_read
#define end_relation_done(call, request, response) messages_deliver(call)
#define end_relation_linkage extern
#define withdraw_end_admit(call) caller_admit(call)
#define withdraw_end_done(call, request, response) messages_deliver(call)
#define withdraw_end_linkage extern
#define check_relation_admit(call) caller_admit(call)
#define check_relation_linkage extern
#define list_relations_admit(call) caller_admit(call)
#define list_relations_linkage extern
#define get_billing_control_admit(call) caller_admit(call)
#define get_billing_control_read get_billing_control_read
#define get_billing_control_linkage extern
#include "identity/service/relation_rpc.h"

static int refuse(struct call *call, enum relation_verdict verdict)
{
    return call_refuse(call, relation_refusal(verdict), NO_TERMS);
}

/* ---- RequestRelation ---- */

static void request_relation_read(struct call *call,
                                  const Identity__V1__RequestRelationRequest *message,
                                  struct request_relation *request)
{
    request_relation_fields(call, message, request);
    (void)relation_field_terms(call, request->terms);
    relation_field_valid_until(call, request->has_valid_until_time, request->valid_until_us);
}

/* Nothing of the other account is looked at. */
static int admit_request(struct mutation *mutation, struct id agent_id, struct id customer_id)
{
    struct relation_count count;
    int no = relation_admit_agent(mutation, agent_id);
    if (no == 0)
        no = relation_store_count(mutation->transaction, agent_id, customer_id, mutation->now_us,
                                  &count);
    if (no != 0)
        return no;
    enum relation_verdict verdict = relation_request_decide(count.exists, count.day);
    return verdict == RELATION_ACCEPTED ? 0 : refuse(mutation->call, verdict);
}

/* ID-40: one notice, with the request or not at all. */
static enum failure tell_customer(struct mutation *mutation, const struct relation_row *row)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(
        call_arena(call),
        "A partner asks the Kontor account %s to become its customer (relation %s). See who it is "
        "and on which terms with \"kontor relation list\" or in the portal, then confirm or "
        "refuse. Without an answer nothing happens, and the request ends by itself.",
        id_to_message(call, row->relation.customer_id), id_to_message(call, row->relation_id));
    return relation_tell(mutation, row->relation.customer_id, row->relation_id,
                         SECURITY_RELATION_OFFERED, text);
}

static struct relation_row requested(struct mutation *mutation,
                                     const struct request_relation *request)
{
    int64_t now_us = mutation->now_us;
    struct id relation_id = id_new(now_us);
    struct relation_row row = {
        .relation_id = relation_id,
        .relation = {.relation_id = relation_id,
                     .agent_id = request->account_id,
                     .customer_id = request->customer_account_id,
                     .created_us = now_us},
        .offer = {.relation_id = relation_id,
                  .agent_id = request->account_id,
                  .customer_id = request->customer_account_id,
                  .version = 1,
                  .terms = relation_field_terms(mutation->call, request->terms),
                  .expires_us = request->has_valid_until_time
                                    ? request->valid_until_us
                                    : now_us + RELATION_OFFER_LIFETIME_US},
        .offered_us = now_us};
    char *hash = arena_alloc(call_arena(mutation->call), RELATION_HASH_SIZE);
    relation_offer_hash(&row.offer, hash);
    row.offer_hash = hash;
    row.relation.expires_us = row.offer.expires_us;
    return row;
}

static int request_relation(struct mutation *mutation, const struct request_relation *request,
                            Identity__V1__RequestRelationResponse *response)
{
    int no = admit_request(mutation, request->account_id, request->customer_account_id);
    if (no != 0)
        return no;
    const struct relation_row row = requested(mutation, request);
    no = relation_store_insert(mutation->transaction,
                               &(struct relation_request){.offer = row.offer,
                                                          .offer_hash = row.offer_hash,
                                                          .requested_by = caller_id(mutation->call),
                                                          .now_us = mutation->now_us});
    if (no == 0)
        no = relation_note(mutation, request->account_id, row.relation_id,
                           SECURITY_RELATION_OFFERED);
    if (no == 0)
        no = tell_customer(mutation, &row);
    response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return no;
}

/* ---- answers ---- */

struct answer {
    struct id account_id, relation_id;
    bool by_agent;
    const char *agreed_hash; /* NULL: it is not agreed to */
};

/* Locks the account that answers, then the relation, and decides. */
static int take(struct mutation *mutation, const struct answer *answer, struct relation_row *row)
{
    bool exists = false;
    int no = administrator_lock(mutation, answer->account_id);
    if (no == 0)
        no = relation_store_lock(mutation->transaction, answer->relation_id, row, &exists);
    if (no != 0)
        return no;
    const struct relation_answer asked = {.found = exists ? &row->relation : NULL,
                                          .account_id = answer->account_id,
                                          .by_agent = answer->by_agent,
                                          .offered_hash = exists ? row->offer_hash : NULL,
                                          .agreed_hash = answer->agreed_hash};
    enum relation_verdict verdict = relation_answer_decide(&asked, mutation->now_us);
    return verdict == RELATION_ACCEPTED ? 0 : refuse(mutation->call, verdict);
}

static int keep_answer(struct mutation *mutation, struct relation_row *row, bool agreed)
{
    const struct relation_answered answered = {.relation_id = row->relation_id,
                                               .version = row->offer.version,
                                               .answered_by = caller_id(mutation->call),
                                               .now_us = mutation->now_us,
                                               .agreed = agreed};
    row->relation.answered_us = mutation->now_us;
    return relation_store_answer(mutation->transaction, row, &answered);
}

/* A change that is not agreed to leaves the relation as it was. */
static int decline(struct mutation *mutation, struct relation_row *row, enum relation_state outcome)
{
    int no = keep_answer(mutation, row, false);
    if (no != 0 || row->relation.begun_us != 0)
        return no;
    row->relation.ended_us = mutation->now_us;
    row->relation.outcome = outcome;
    return relation_store_advance(mutation->transaction, &row->relation);
}

static int cancel_relation(struct mutation *mutation, const struct cancel_relation *request,
                           Identity__V1__CancelRelationResponse *response)
{
    struct relation_row row;
    int no = take(mutation, &(struct answer){request->account_id, request->relation_id, true, NULL},
                  &row);
    if (no == 0)
        no = decline(mutation, &row, RELATION_CANCELLED_BY_PARENT);
    if (no == 0)
        no = relation_note(mutation, request->account_id, row.relation_id,
                           SECURITY_RELATION_CANCELLED);
    if (no == 0)
        no = relation_tell(mutation, row.relation.customer_id, row.relation_id,
                           SECURITY_RELATION_CANCELLED, NULL);
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return no;
}

static enum failure tell_agent(struct mutation *mutation, const struct relation_row *row,
                               enum security_event_kind kind)
{
    struct call *call = mutation->call;
    const char *text =
        arena_printf(call_arena(call), "The Kontor account %s %s your terms (relation %s).",
                     id_to_message(call, row->relation.customer_id),
                     kind == SECURITY_RELATION_CONFIRMED ? "agreed to" : "refused",
                     id_to_message(call, row->relation_id));
    return relation_tell(mutation, row->relation.agent_id, row->relation_id, kind, text);
}

static int refuse_relation(struct mutation *mutation, const struct refuse_relation *request,
                           Identity__V1__RefuseRelationResponse *response)
{
    struct relation_row row;
    int no = take(mutation,
                  &(struct answer){request->account_id, request->relation_id, false, NULL}, &row);
    if (no == 0)
        no = decline(mutation, &row, RELATION_REJECTED);
    if (no == 0)
        no = relation_note(mutation, request->account_id, row.relation_id,
                           SECURITY_RELATION_REFUSED);
    if (no == 0)
        no = tell_agent(mutation, &row, SECURITY_RELATION_REFUSED);
    if (no == 0)
        response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return no;
}

/* ---- ConfirmRelation ---- */

/* ID-22: of an association, once more at this moment. */
static int admit_association(struct mutation *mutation, const struct relation_row *row,
                             const struct confirm_relation *request,
                             const struct relation_row *replaced)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    struct relation_facts facts = {.cycle = false};
    struct account_row account;
    int no = account_lock(mutation, row->relation.customer_id, &account);
    if (no == 0)
        no = relation_store_facts(mutation->transaction, row->relation.agent_id,
                                  row->relation.customer_id, mutation->now_us, &facts);
    if (no == 0)
        no = relation_read_standing(mutation->call, &facts.standing);
    if (no != 0)
        return no;
    facts.registered = account_is_registered(&account.account, mutation->now_us);
    if (!id_is_nil(request->replaced_relation_id))
        return relation_switch_refuse(mutation->call, request, replaced, &facts);
    return relation_refuse_for(mutation->call, row->relation.customer_id, found,
                               relation_obstacles(&facts, found));
}

/* One ends and the other begins in one transaction: none sees both, or neither. */
static int associate(struct mutation *mutation, const struct relation_row *row,
                     const struct confirm_relation *request,
                     Identity__V1__ConfirmRelationResponse *response)
{
    struct relation_row replaced;
    int no = relation_replaced_lock(mutation, request, row, &replaced);
    if (no != 0 || row->relation.begun_us != 0)
        return no;
    no = admit_association(mutation, row, request, &replaced);
    if (no != 0 || id_is_nil(request->replaced_relation_id))
        return no;
    no = relation_replaced_end(mutation, &replaced);
    if (no == 0)
        response->replaced_relation =
            relation_to_message(mutation->call, &replaced, mutation->now_us);
    return no;
}

static int begin(struct mutation *mutation, struct relation_row *row)
{
    int no = keep_answer(mutation, row, true);
    if (no == 0 && row->relation.begun_us == 0) {
        row->relation.begun_us = mutation->now_us;
        no = relation_store_advance(mutation->transaction, &row->relation);
    }
    return no == 0 ? relation_tell_began(mutation->transaction, row, mutation->now_us) : no;
}

static int confirm_relation(struct mutation *mutation, const struct confirm_relation *request,
                            Identity__V1__ConfirmRelationResponse *response)
{
    struct relation_row row;
    const struct answer answer = {request->account_id, request->relation_id, false,
                                  request->offer_hash};
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = take(mutation, &answer, &row);
    if (no == 0)
        no = associate(mutation, &row, request, response);
    if (no == 0)
        no = begin(mutation, &row);
    if (no == 0)
        no = relation_note(mutation, request->account_id, row.relation_id,
                           SECURITY_RELATION_CONFIRMED);
    if (no == 0)
        no = tell_agent(mutation, &row, SECURITY_RELATION_CONFIRMED);
    if (no != 0)
        return no;
    row.held = (struct relation_held){row.offer.version, row.offer.terms, mutation->now_us};
    response->relation = relation_to_message(mutation->call, &row, mutation->now_us);
    return 0;
}
