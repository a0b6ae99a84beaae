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
    Sharing__V1__OpenAccountResponse *response = NULL;
    return RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.open_account"),
                         sharing__v1__account_service, open_account, &request, &response,
                         call.status);
}
