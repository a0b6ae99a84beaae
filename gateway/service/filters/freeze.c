#include "gateway/service/filter.h"
#include "gateway/service/freeze.h"
#include "identity/v1/freeze.pb-c.h"

/* A freeze that came into force is told payments and the ledger before it is answered (GW-03): what
 * was let in before cannot be accepted after. */
static void fence(struct exchange *exchange)
{
    bool is_fenced = freeze_fence(exchange) == FAILURE_NONE;
    if (exchange->response->descriptor == &identity__v1__freeze_accounts_response__descriptor)
        ((Identity__V1__FreezeAccountsResponse *)(void *)exchange->response)->fenced = is_fenced;
    else
        ((Identity__V1__ConfirmFreezeResponse *)(void *)exchange->response)->fenced = is_fenced;
}

const struct filter filter_freeze = {.after = fence};
