#include "runtime/idempotency/call_actor.h"

const struct actor *call_actor(struct call *call)
{
    struct actor *actor = arena_alloc(call_arena(call), sizeof *actor);
    const struct actor_said said = {.principal_id = call_header(call, "kontor-principal-id"),
                                    .account_id = call_header(call, "kontor-account-id"),
                                    .credential = call_header(call, "kontor-credential-kind"),
                                    .credential_id = call_header(call, "kontor-credential-id"),
                                    .roles = call_header(call, "kontor-roles"),
                                    .approval_id = call_header(call, "kontor-approval-id"),
                                    .step = call_header(call, "kontor-step")};
    return actor_read(&said, actor) ? actor : NULL;
}
