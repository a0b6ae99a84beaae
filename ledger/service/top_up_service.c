#include "ledger/service/top_up_rpc.h"

/* The promise is the request id itself: once it is kept for this, a CreditTopUp under it is another
 * body, for ever. */
static int forgo_top_up(struct mutation *mutation, const struct forgo_top_up *request,
                        Ledger__V1__ForgoTopUpResponse *response)
{
    (void)mutation, (void)request, (void)response;
    return 0;
}
