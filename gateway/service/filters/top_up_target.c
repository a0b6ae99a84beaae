#include "gateway/domain/readiness.h"
#include "gateway/domain/target.h"
#include "gateway/jobs/event_consumer.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "gateway/service/freeze.h"
#include "runtime/rpc/message_field.h"

/* A refusal names the account, except one that says what the caller has to do. */
static int refuse(struct exchange *exchange, const struct refusal *refusal, const char *account_id)
{
    if (refusal == readiness_refusal(READINESS_BILLING_ADDRESS) ||
        refusal == target_refusal(TARGET_READ_ONLY))
        return call_refuse(exchange->call, refusal, NO_TERMS);
    return call_refuse(exchange->call, refusal, REFUSAL_TERMS({"account_id", account_id}));
}

static void name_target(struct exchange *exchange)
{
    char *const *target_id;
    size_t count = message_field_texts(exchange->request, "target_account_id", &target_id);
    company_name_others(exchange, target_id, count);
    company_end_others(exchange);
}

/* PAY-16: looked at before each; who accepts it needs no look. */
static int look(struct exchange *exchange, const struct ledger_place *place, struct target *target)
{
    struct rpc_status status;
    target->accept_read_only = message_field_bool(exchange->request, "accept_read_only");
    if (text_is_empty(place->company_id) || target->accept_read_only)
        return 0;
    enum failure failure = ledger_is_read_only(
        (struct peer_call){call_task(exchange->call), exchange->gateway->ledger, &status}, place,
        &target->read_only);
    return exchange_result(exchange, failure, &status);
}

/* PAY-15 */
static int check(struct exchange *exchange)
{
    const char *account_id = message_field_text(exchange->request, "account_id");
    const char *target_id = message_field_text(exchange->request, "target_account_id");
    struct id payer, id;
    struct target target = {.readable = id_parse(target_id, &id) && id_parse(account_id, &payer)};
    target.is_payer = target.readable && id_equal(payer, id);
    struct identity_comparison comparison = {.verdict = COMPANY_SAME,
                                             .failing_account_id = target_id};
    int no = target_needs_company(&target) ? company_compare(exchange, target_id, &comparison) : 0;
    const char *company_id = "";
    if (no == 0 && target.readable && comparison.verdict == COMPANY_SAME)
        no = freeze_check(exchange, &comparison.freeze, target_id);
    if (no == 0 && target.readable && comparison.verdict == COMPANY_SAME)
        no = company_opened(exchange, target_id, &company_id);
    if (no == 0)
        no = look(exchange,
                  &(struct ledger_place){.account_id = target_id, .company_id = company_id},
                  &target);
    if (no != 0)
        return no;
    target.company = comparison.verdict;
    target.opened = !text_is_empty(company_id);
    const struct refusal *refusal = target_decide(&target);
    exchange->stops_new = refusal == target_refusal(TARGET_READ_ONLY);
    return refusal != NULL ? refuse(exchange, refusal, comparison.failing_account_id) : 0;
}

/* The event of the top-up is looked for at once. */
static void wake(struct exchange *exchange)
{
    event_consumers_wake(exchange->gateway);
}

const struct filter filter_top_up_target = {
    .name_others = name_target, .before = check, .after = wake};
