#include "payments/domain/freeze.h"

#include <errno.h>
#include <stdlib.h>

#include "payments/service/freeze.h"
#include "payments/service/freeze_rpc.h"
#include "payments/store/freeze_store.h"

static int64_t known_epoch(struct call *call)
{
    const char *text = call_header(call, "kontor-freeze-epoch");
    char *end = NULL;
    errno = 0;
    int64_t epoch = text != NULL ? strtoll(text, &end, 10) : 0;
    return text == NULL || errno != 0 || *end != '\0' || epoch < 0 ? 0 : epoch;
}

int freeze_admit(struct mutation *mutation)
{
    int64_t fence_epoch = 0;
    int no = freeze_store_share(mutation->transaction, &fence_epoch);
    if (no != 0)
        return no;
    enum freeze_verdict verdict = freeze_decide(known_epoch(mutation->call), fence_epoch);
    return verdict == FREEZE_PASSED
               ? 0
               : payments_refuse(mutation->call, freeze_refusal(verdict), NO_TERMS);
}

static int raise_fence(struct call *call, const struct raise_fence *request,
                       Payments__V1__RaiseFenceResponse *response)
{
    (void)response;
    return freeze_store_raise(payments_reader(call), request->freeze_epoch);
}
