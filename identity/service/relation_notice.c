#include "identity/jobs/owner_notice.h"
#include "identity/service/relation.h"
#include "identity/service/security.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

enum failure relation_tell_began(struct mutation *mutation, const struct relation_row *row)
{
    struct call *call = mutation->call;
    Identity__V1__RelationBegan began = IDENTITY__V1__RELATION_BEGAN__INIT;
    Identity__V1__RelationChanged changed = IDENTITY__V1__RELATION_CHANGED__INIT;
    char *relation_id = id_to_message(call, row->relation_id);
    char *agent_id = id_to_message(call, row->relation.agent_id);
    char *customer_id = id_to_message(call, row->relation.customer_id);
    Identity__V1__RelationTerms *terms = relation_terms_to_message(call, &row->offer.terms);
    Google__Protobuf__Timestamp *begin_time = timestamp_from_us(call_arena(call), mutation->now_us);
    began.relation_id = changed.relation_id = relation_id;
    began.agent_account_id = changed.agent_account_id = agent_id;
    began.customer_account_id = changed.customer_account_id = customer_id;
    began.version = changed.version = row->offer.version;
    began.terms = changed.terms = terms;
    began.begin_time = changed.begin_time = begin_time;
    return event_append(mutation, row->relation.customer_id,
                        row->held.version == 0 ? &began.base : &changed.base);
}

/* Of the other company's person, no more than the id is told. */
static enum failure note_for(struct mutation *mutation, struct id principal_id,
                             struct id account_id, const struct relation_row *row,
                             enum security_event_kind kind)
{
    return security_event_store_note(
        mutation->transaction,
        &(struct security_event){.principal_id = principal_id,
                                 .account_id = account_id,
                                 .actor_id = caller_id(mutation->call),
                                 .kind = kind,
                                 .detail = id_to_message(mutation->call, row->relation_id),
                                 .device = "",
                                 .network = "",
                                 .times = 1,
                                 .noted_us = mutation->now_us});
}

enum failure relation_tell_owner(struct mutation *mutation, struct id account_id,
                                 const struct relation_row *row, enum security_event_kind kind,
                                 const char *text)
{
    struct relation_owner owner;
    bool exists = false;
    enum failure failure = relation_store_owner(mutation->transaction, account_id, &owner, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    failure = note_for(mutation, owner.principal_id, account_id, row, kind);
    return failure != FAILURE_NONE || text == NULL
               ? failure
               : owner_notice_take(
                     mutation->transaction, &identity_of(mutation->call)->courier,
                     &(struct owner_notice){&owner, account_id, text, mutation->now_us});
}

enum failure relation_note(struct mutation *mutation, struct id account_id,
                           const struct relation_row *row, enum security_event_kind kind)
{
    return security_note(
        mutation->call, mutation->transaction,
        &(struct security_event){.account_id = account_id,
                                 .kind = kind,
                                 .detail = id_to_message(mutation->call, row->relation_id),
                                 .noted_us = mutation->now_us});
}
