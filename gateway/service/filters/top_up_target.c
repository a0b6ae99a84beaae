#include "gateway/domain/readiness.h"
#include "gateway/jobs/follower.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "gateway/service/message_field.h"

/* PAY-15: the payer itself, or an account of its company; and one that the ledger can credit. */
static int check(struct exchange *exchange)
{
    const char *target_id = message_field_text(exchange->request, "target_account_id");
    int no = company_check_same(exchange, message_field_text(exchange->request, "account_id"),
                                target_id);
    if (no != 0)
        return no;
    struct id target;
    const char *company_id;
    enum failure failure = company_opened(exchange, target_id, &company_id);
    if (failure != FAILURE_NONE)
        return failure;
    if (!id_parse(target_id, &target) || !text_is_empty(company_id))
        return 0;
    if (exchange->session.corporate)
        return company_refuse(exchange, COMPANY_NOT_VERIFIED, target_id);
    return call_refuse(exchange->call, readiness_refusal(READINESS_BILLING_ADDRESS), NO_TERMS);
}

/* The event of the top-up is looked for at once. */
static void wake(struct exchange *exchange)
{
    followers_wake(exchange->gateway);
}

const struct filter filter_top_up_target = {.before = check, .after = wake};
