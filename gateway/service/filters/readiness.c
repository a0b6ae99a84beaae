#include "gateway/service/readiness.h"

#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"

/* ID-07: a purchase is refused with everything that is missing. */
static int demand(struct exchange *exchange)
{
    struct readiness_missing missing = {0};
    int no =
        readiness_find_missing(exchange, message_field_text(exchange->request, "region"), &missing);
    return no == 0 ? readiness_refuse(exchange, &missing) : no;
}

const struct filter filter_ready = {
    .before = demand, .looks_at = "region", .looks_at_too = readiness_user};
