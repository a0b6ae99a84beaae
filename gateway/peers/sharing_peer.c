#include "gateway/peers/sharing_peer.h"

#include "gateway/peers/own_call.h"
#include "sharing/v1/account.pb-c.h"

enum failure sharing_account_open(struct peer_call call, const struct sharing_account *account,
                                  struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Sharing__V1__OpenAccountRequest request = SHARING__V1__OPEN_ACCOUNT_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account->account_id);
    request.company_id = arena_strdup(task_arena(call.task), account->company_id);
    request.request_id = id_format(request_id, request_text);
    request.corporate = account->corporate;
    request.verified = account->verified;
    request.verified_company_id = arena_strdup(task_arena(call.task), account->verified_company_id);
    request.merged_company_ids =
        arena_alloc_array(task_arena(call.task), account->merged_company_count + 1, sizeof(char *));
    for (size_t i = 0; i < account->merged_company_count; i++)
        request.merged_company_ids[i] =
            arena_strdup(task_arena(call.task), account->merged_company_ids[i]);
    request.n_merged_company_ids = account->merged_company_count;
    Sharing__V1__OpenAccountResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.open_account"),
                         sharing__v1__account_service, open_account, &request, &response,
                         call.status);
}
