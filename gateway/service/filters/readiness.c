#include "gateway/service/readiness.h"

#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"

/* ID-07: a purchase is refused with everything that is missing. */
static int demand(struct exchange *exchange)
{
    struct readiness_missing missing = {0};
    int no =
        readiness_find_missing(exchange, message_field_text(exchange->request, "region"), &missing);
    if (no != 0 || missing.count == 0)
        return no;
    const char *account_id = message_field_text(exchange->request, "account_id");
    for (size_t i = 0; i < missing.count; i++) {
        const struct refusal *refusal = missing.found[i].refusal;
        call_add_precondition_violation(exchange->call, refusal->reason, account_id,
                                        refusal->sentence);
    }
    return call_refuse_violations(exchange->call);
}

const struct filter filter_ready = {.before = demand, .looks_at = "region"};
