#include "identity/service/relation.h"
#include "identity/service/security.h"

enum failure relation_tell(struct mutation *mutation, struct id account_id, struct id relation_id,
                           enum security_event_kind kind, const char *text)
{
    struct call *call = mutation->call;
    return relation_tell_owner(mutation->transaction, &identity_of(call)->courier,
                               &(struct relation_news){.account_id = account_id,
                                                       .relation_id = relation_id,
                                                       .actor_id = caller_id(call),
                                                       .kind = kind,
                                                       .text = text,
                                                       .now_us = mutation->now_us});
}

enum failure relation_note(struct mutation *mutation, struct id account_id, struct id relation_id,
                           enum security_event_kind kind)
{
    return security_note(
        mutation->call, mutation->transaction,
        &(struct security_event){.account_id = account_id,
                                 .kind = kind,
                                 .detail = id_to_message(mutation->call, relation_id),
                                 .noted_us = mutation->now_us});
}
