#include "gateway/service/company.h"

#include "gateway/store/account_store.h"

int company_refuse(struct exchange *exchange, enum company_verdict verdict, const char *account_id)
{
    return call_refuse(exchange->call, company_refusal(verdict),
                       REFUSAL_TERMS({"account_id", account_id}));
}

/* Where an account's money lives, as text; "" before it was opened. */
enum failure company_opened(struct exchange *exchange, const char *account_id,
                            const char **company_id)
{
    struct id account, company;
    char *text = arena_alloc(call_arena(exchange->call), ID_TEXT_SIZE);
    *company_id = text;
    if (!id_parse(account_id, &account))
        return FAILURE_NONE;
    enum failure failure = account_store_company(
        reader_of(call_task(exchange->call), exchange->gateway->database), account, &company);
    if (failure == FAILURE_NONE && !id_is_nil(company))
        id_format(company, text);
    return failure;
}

/* Money stays where it is when a verification ends, and when another company is verified later: the
 * gateway's own record comes first. Identity's answer stands in until the account was opened. */
int company_of(struct exchange *exchange, const char **company_id)
{
    const struct identity_session *session = &exchange->session;
    *company_id = session->company_id;
    if (text_is_empty(session->account_id))
        return 0;
    if (!session->corporate) {
        *company_id = session->account_id;
        return 0;
    }
    const char *opened_id;
    int no = company_opened(exchange, session->account_id, &opened_id);
    if (no != 0)
        return no;
    if (!text_is_empty(opened_id))
        *company_id = opened_id;
    return text_is_empty(*company_id)
               ? company_refuse(exchange, COMPANY_NOT_VERIFIED, session->account_id)
               : 0;
}

int company_compare(struct exchange *exchange, const char *account_id, const char *other_account_id,
                    struct identity_comparison *comparison)
{
    struct rpc_status status;
    enum failure failure = identity_company_compare(
        (struct peer_call){call_task(exchange->call), exchange->gateway->identity, &status},
        account_id, other_account_id, comparison);
    int no = exchange_result(exchange, failure, &status);
    if (no == 0 && text_is_empty(comparison->failing_account_id))
        comparison->failing_account_id = other_account_id;
    return no;
}

/* ID-18. A text that is no id is left to the peer, which says so. */
int company_check_same(struct exchange *exchange, const char *account_id,
                       const char *other_account_id)
{
    struct id account, other;
    if (!id_parse(account_id, &account) || !id_parse(other_account_id, &other) ||
        id_equal(account, other))
        return 0;
    struct identity_comparison comparison;
    int no = company_compare(exchange, account_id, other_account_id, &comparison);
    if (no != 0 || comparison.verdict == COMPANY_SAME)
        return no;
    return company_refuse(exchange, comparison.verdict, comparison.failing_account_id);
}
