#include "gateway/peers/identity_relation.h"

#include "identity/v1/closing.pb-c.h"
#include "runtime/base/text.h"

/* An identity of the last release has no relations to tell of. */
static enum failure list(struct peer_call call, const char *account_id,
                         Identity__V1__ListClosingBlockersResponse **response)
{
    Identity__V1__ListClosingBlockersRequest request =
        IDENTITY__V1__LIST_CLOSING_BLOCKERS_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__closing_service,
                                    list_closing_blockers, &request, response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_UNIMPLEMENTED)
        call.status->code = CODE_OK;
    else if (failure == FAILURE_NONE && call.status->code == CODE_OK && *response == NULL)
        return FAILURE_INTERNAL;
    return failure;
}

enum failure identity_closing_blockers(struct peer_call call, const char *account_id,
                                       struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                       size_t *count)
{
    Identity__V1__ListClosingBlockersResponse *response = NULL;
    enum failure failure = list(call, account_id, &response);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK || response == NULL)
        return failure;
    for (size_t i = 0; i < response->n_blockers && *count < CLOSING_BLOCKERS_MAX; i++)
        blockers[(*count)++] =
            (struct closing_blocker){response->blockers[i]->reason, response->blockers[i]->sentence,
                                     0, "", response->blockers[i]->relation_id};
    return FAILURE_NONE;
}

enum failure identity_partner_of(struct peer_call call, const char *account_id,
                                 const char **agent_id)
{
    Identity__V1__ListClosingBlockersResponse *response = NULL;
    *agent_id = "";
    enum failure failure = list(call, account_id, &response);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK || response == NULL)
        return failure;
    for (size_t i = 0; i < response->n_blockers; i++)
        if (text_equal(response->blockers[i]->customer_account_id, account_id))
            *agent_id = response->blockers[i]->agent_account_id;
    return FAILURE_NONE;
}
