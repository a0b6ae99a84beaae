#include "gateway/service/permission.h"

#include "gateway/domain/access.h"

Gateway__V1__PermissionCheck *permission_check(struct call *call,
                                               const struct identity_session *session,
                                               const struct route *route)
{
    static const Gateway__V1__PermissionOutcome outcomes[] = {
        [ACCESS_ALLOW] = GATEWAY__V1__PERMISSION_OUTCOME__PERMISSION_OUTCOME_ALLOW,
        [ACCESS_DENY] = GATEWAY__V1__PERMISSION_OUTCOME__PERMISSION_OUTCOME_DENY,
        [ACCESS_HIDDEN] = GATEWAY__V1__PERMISSION_OUTCOME__PERMISSION_OUTCOME_HIDDEN,
    };
    struct arena *arena = call_arena(call);
    const struct access_holder holder = identity_session_holder(session);
    struct access_answer answer = access_explain(route, &holder);
    Gateway__V1__PermissionCheck *message = arena_alloc(arena, sizeof *message);
    gateway__v1__permission_check__init(message);
    message->permission = arena_strdup(arena, route->permission);
    message->outcome = outcomes[answer.outcome];
    if (answer.role != 0)
        message->role = arena_strdup(arena, role_name((enum access_role)answer.role));
    else if (answer.custom != NULL) {
        message->role = arena_strdup(arena, answer.custom->name);
        message->custom_role_id = arena_strdup(arena, answer.custom->role_id);
    }
    bool by_role = answer.role != 0 || answer.custom != NULL;
    if (session->partner != NULL && by_role && answer.outcome == ACCESS_ALLOW)
        message->relation_id = arena_strdup(arena, session->partner->relation_id);
    message->denied_by_role = answer.denies;
    message->denied_by_key = answer.by_key;
    message->masked = answer.is_masked;
    message->inherited =
        answer.custom != NULL ? answer.custom->inherited : (answer.role & holder.inherited) != 0;
    return message;
}
