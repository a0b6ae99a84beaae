#include "gateway/service/readiness.h"
#include "gateway/service/readiness_rpc.h"

static int get_readiness(struct exchange *exchange, const struct get_readiness *request,
                         Gateway__V1__GetReadinessResponse *response)
{
    struct readiness_missing missing = {0};
    int no = readiness_find_missing(exchange, request->region, &missing);
    if (no != 0)
        return no;
    response->ready = missing.count == 0;
    response->missing_steps =
        readiness_to_message(call_arena(exchange->call), &missing, &response->n_missing_steps);
    return 0;
}
