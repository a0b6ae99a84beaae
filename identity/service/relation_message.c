#include <assert.h>

#include "identity/service/fields.h"
#include "identity/service/relation.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static_assert((int)RELATION_HANDOVER ==
                      (int)IDENTITY__V1__RELATION_PERMISSION__RELATION_PERMISSION_HANDOVER &&
                  (int)SETTLEMENT_OWN_ACCOUNT ==
                      (int)IDENTITY__V1__SETTLEMENT_MODE__SETTLEMENT_MODE_OWN_ACCOUNT &&
                  (int)INVOICES_AGENT ==
                      (int)IDENTITY__V1__INVOICE_RECIPIENT__INVOICE_RECIPIENT_AGENT &&
                  (int)SHUTDOWN_NEVER == (int)IDENTITY__V1__SHUTDOWN_POLICY__SHUTDOWN_POLICY_NONE &&
                  (int)RELATION_ENDED == (int)IDENTITY__V1__RELATION_STATE__RELATION_STATE_ENDED,
              "terms and states are the wire's");

/* ---- the terms ---- */

static bool is_between(int value, int end)
{
    return value > 0 && value < end;
}

/* Each once. */
static unsigned field_permissions(struct call *call, const Identity__V1__RelationTerms *message)
{
    unsigned bits = 0;
    for (size_t i = 0; i < message->n_permissions; i++) {
        int permission = (int)message->permissions[i];
        if (!is_between(permission, RELATION_PERMISSION_END) || (bits & 1u << permission) != 0) {
            call_add_field_violation(call, "terms.permissions", FAULT_UNKNOWN_VALUE,
                                     "Must be permissions of a relation, each once.");
            break;
        }
        bits |= 1u << permission;
    }
    return bits;
}

static void field_choice(struct call *call, const char *field, int value, int end)
{
    if (!is_between(value, end))
        call_add_field_violation(call, field, FAULT_REQUIRED,
                                 "Both have to agree to it; name one.");
}

struct relation_terms relation_field_terms(struct call *call,
                                           const Identity__V1__RelationTerms *message)
{
    static const Identity__V1__RelationTerms none = IDENTITY__V1__RELATION_TERMS__INIT;
    if (message == NULL)
        message = &none;
    field_choice(call, "terms.settlement_mode", (int)message->settlement_mode, SETTLEMENT_END);
    field_choice(call, "terms.invoice_recipient", (int)message->invoice_recipient, INVOICES_END);
    field_choice(call, "terms.shutdown_policy", (int)message->shutdown_policy, SHUTDOWN_END);
    if (!relation_price_book_is_one(message->price_book))
        call_add_field_violation(call, "terms.price_book", FAULT_MALFORMED,
                                 "Must be at most 32 of a-z, 0-9 and \"-\".");
    return (struct relation_terms){
        .permissions = field_permissions(call, message),
        .settlement = (enum settlement_mode)message->settlement_mode,
        .price_book = message->price_book,
        .invoices = (enum invoice_recipient)message->invoice_recipient,
        .shutdown = (enum shutdown_policy)message->shutdown_policy,
        .agent_purchases = message->agent_purchases_allowed,
    };
}

/* ---- the relation ---- */

static Identity__V1__RelationOffer *offer_to_message(struct call *call,
                                                     const struct relation_row *row)
{
    struct arena *arena = call_arena(call);
    Identity__V1__RelationOffer *message = arena_alloc(arena, sizeof *message);
    identity__v1__relation_offer__init(message);
    message->version = row->offer.version;
    message->terms = relation_terms_message(arena, &row->offer.terms);
    message->offer_hash = arena_strdup(arena, row->offer_hash);
    message->offer_time = timestamp_from_us(arena, row->offered_us);
    message->expire_time = timestamp_from_us(arena, row->offer.expires_us);
    return message;
}

Identity__V1__Relation *relation_to_message(struct call *call, const struct relation_row *row,
                                            int64_t now_us)
{
    struct arena *arena = call_arena(call);
    const struct relation *relation = &row->relation;
    enum relation_state state = relation_state(relation, now_us);
    int64_t end_us = relation_end_us(relation, now_us);
    Identity__V1__Relation *message = arena_alloc(arena, sizeof *message);
    identity__v1__relation__init(message);
    message->relation_id = id_to_message(call, relation->relation_id);
    message->agent_account_id = id_to_message(call, relation->agent_id);
    message->customer_account_id = id_to_message(call, relation->customer_id);
    message->agent_company_name =
        arena_strdup(arena, row->agent_company_name != NULL ? row->agent_company_name : "");
    message->state = (Identity__V1__RelationState)state;
    message->version = row->held.version;
    if (row->held.version != 0 && end_us == 0) {
        message->terms = relation_terms_message(arena, &row->held.terms);
        message->terms_begin_time = timestamp_from_us(arena, row->held.begun_us);
    }
    if (state == RELATION_OWNER_CONFIRMING || state == RELATION_CHANGE_CONFIRMING)
        message->offer = offer_to_message(call, row);
    message->create_time = timestamp_from_us(arena, relation->created_us);
    if (relation->begun_us != 0)
        message->begin_time = timestamp_from_us(arena, relation->begun_us);
    if (relation->effective_us != 0)
        message->effective_time = timestamp_from_us(arena, relation->effective_us);
    if (end_us != 0)
        message->end_time = timestamp_from_us(arena, end_us);
    return message;
}

/* ---- what both take ---- */

void relation_field_valid_until(struct call *call, bool is_given, int64_t until_us)
{
    int64_t now_us = clock_now_us();
    if (is_given && until_us <= now_us)
        call_add_field_violation(call, "valid_until_time", FAULT_IN_THE_PAST,
                                 "Must be in the future.");
    else if (is_given && until_us > now_us + RELATION_OFFER_LIFETIME_US)
        call_add_field_violation(call, "valid_until_time", FAULT_OUT_OF_RANGE,
                                 "Must be within seven days.");
}

int relation_refuse_for(struct call *call, struct id account_id,
                        const enum relation_obstacle *obstacles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct refusal *refusal = relation_obstacle_refusal(obstacles[i]);
        call_add_precondition_violation(call, refusal->reason, id_to_message(call, account_id),
                                        refusal->sentence);
    }
    return count > 0 ? call_refuse_violations(call) : 0;
}

int relation_admit_agent(struct mutation *mutation, struct id agent_id)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    struct relation_facts facts = {.authorised = false};
    int no = administrator_lock(mutation, agent_id);
    if (no == 0)
        no = relation_store_facts(mutation->transaction, agent_id, agent_id, mutation->now_us,
                                  &facts);
    return no != 0 ? no
                   : relation_refuse_for(mutation->call, agent_id, found,
                                         relation_own_obstacles(&facts, found));
}
