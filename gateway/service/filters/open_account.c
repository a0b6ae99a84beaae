#include "gateway/jobs/account_sync.h"
#include "gateway/service/filter.h"
#include "gateway/service/readiness.h"
#include "runtime/rpc/message_field.h"

/* The answer's account, or the acting one: an operator's approval opens the account whose company
 * was approved. */
static const char *changed_account(struct exchange *exchange)
{
    const ProtobufCMessage *response = exchange->response;
    const char *account_id =
        message_field_text(message_field_message(response, "submission"), "account_id");
    return text_is_empty(account_id) ? message_field_text(exchange->request, "account_id")
                                     : account_id;
}

/* The change is made and answered; what fails here, the saga of its event makes good. */
void open_account_after(struct exchange *exchange)
{
    struct id account_id;
    if (id_parse(changed_account(exchange), &account_id))
        account_sync_begin(call_task(exchange->call), exchange->gateway, account_id);
}

const struct filter filter_open_account = {.after = open_account_after};

/* ID-42: all that the channel demands is done before its trial allowance is given. */
static int demand_steps(struct exchange *exchange)
{
    return readiness_demand_policy(exchange, ACT_TRIAL);
}

const struct filter filter_trial = {.before = demand_steps, .after = open_account_after};
