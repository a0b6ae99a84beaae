/* A request's company_id is the one under which its account was opened, and its request ids are
 * taken there for ever; what it is about is kept where that is now. */
#ifndef SHARING_SERVICE_PLACING_H
#define SHARING_SERVICE_PLACING_H

#include "runtime/idempotency/call_once.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/company_store.h"

/* Put the present company in the place of *company_id: for a read; and for a mutation, until whose
 * end it stays there. */
static inline int placing_find(struct call *call, struct id *company_id)
{
    return company_store_find(sharing_reader(call), company_id);
}

static inline int placing_hold(struct mutation *mutation, struct id *company_id)
{
    return company_store_hold(mutation->transaction, company_id);
}

/* For an rpc that finds it by itself. */
static inline int placing_none(struct mutation *mutation, struct id *company_id)
{
    (void)mutation, (void)company_id;
    return 0;
}

#endif
