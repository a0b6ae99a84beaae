#include "runtime/idempotency/call_origin.h"

struct origin call_origin(const struct call *call)
{
    const char *principal_id = call_header(call, "kontor-principal-id"),
               *account_id = call_header(call, "kontor-account-id");
    const char *step = call_header(call, "kontor-step");
    if (principal_id != NULL)
        return origin_of_principal(principal_id, account_id != NULL ? account_id : "");
    if (step != NULL)
        return origin_of_step(step);
    return call_header(call, "kontor-public") != NULL ? origin_of_public()
                                                      : origin_of_peer(call_peer_identity(call));
}
