#include "identity/jobs/relation_notice.h"

#include "identity/jobs/owner_notice.h"
#include "identity/jobs/world.h"
#include "identity/store/security_event_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

Identity__V1__RelationTerms *relation_terms_message(struct arena *arena,
                                                    const struct relation_terms *terms)
{
    Identity__V1__RelationTerms *message = arena_alloc(arena, sizeof *message);
    identity__v1__relation_terms__init(message);
    message->permissions =
        arena_alloc_array(arena, RELATION_PERMISSION_END, sizeof *message->permissions);
    for (int i = RELATION_PERMISSION_NONE + 1; i < RELATION_PERMISSION_END; i++)
        if ((terms->permissions & 1u << i) != 0)
            message->permissions[message->n_permissions++] = (Identity__V1__RelationPermission)i;
    message->settlement_mode = (Identity__V1__SettlementMode)terms->settlement;
    message->price_book = arena_strdup(arena, terms->price_book);
    message->invoice_recipient = (Identity__V1__InvoiceRecipient)terms->invoices;
    message->shutdown_policy = (Identity__V1__ShutdownPolicy)terms->shutdown;
    message->agent_purchases_allowed = terms->agent_purchases;
    return message;
}

enum failure relation_tell_began(struct transaction *transaction, const struct relation_row *row,
                                 int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__RelationBegan began = IDENTITY__V1__RELATION_BEGAN__INIT;
    Identity__V1__RelationChanged changed = IDENTITY__V1__RELATION_CHANGED__INIT;
    began.relation_id = changed.relation_id = world_id(arena, row->relation_id);
    began.agent_account_id = changed.agent_account_id = world_id(arena, row->relation.agent_id);
    began.customer_account_id = changed.customer_account_id =
        world_id(arena, row->relation.customer_id);
    began.version = changed.version = row->offer.version;
    began.previous_version = changed.previous_version = row->held.version;
    began.terms = changed.terms = relation_terms_message(arena, &row->offer.terms);
    began.begin_time = changed.begin_time = timestamp_from_us(arena, now_us);
    return world_tell(transaction, row->relation.customer_id,
                      row->held.version == 0 ? &began.base : &changed.base, now_us);
}

static enum failure note_for(struct transaction *transaction, struct id principal_id,
                             const struct relation_news *news)
{
    return security_event_store_note(
        transaction, &(struct security_event){
                         .principal_id = principal_id,
                         .account_id = news->account_id,
                         .actor_id = news->actor_id,
                         .kind = news->kind,
                         .detail = world_id(transaction_arena(transaction), news->relation_id),
                         .device = "",
                         .network = "",
                         .times = 1,
                         .noted_us = news->now_us});
}

enum failure relation_tell_owner(struct transaction *transaction, struct courier *courier,
                                 const struct relation_news *news)
{
    struct relation_owner owner;
    bool exists = false;
    enum failure failure = relation_store_owner(transaction, news->account_id, &owner, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    if (news->kind != SECURITY_NONE)
        failure = note_for(transaction, owner.principal_id, news);
    return failure != FAILURE_NONE || news->text == NULL
               ? failure
               : owner_notice_take(transaction, courier,
                                   &(struct owner_notice){.owner = &owner,
                                                          .account_id = news->account_id,
                                                          .text = news->text,
                                                          .now_us = news->now_us});
}
