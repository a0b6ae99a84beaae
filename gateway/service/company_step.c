/* Companies of the accounts in a call: ID-18 before transfer and share, and the shard that a
 * request goes to. */
#include "gateway/domain/company.h"
#include "gateway/domain/readiness.h"
#include "gateway/service/message_field.h"
#include "gateway/service/step.h"
#include "gateway/store/account_store.h"

static int refuse(struct passage *passage, enum company_verdict verdict, const char *account_id)
{
    return call_refuse(passage->call, company_refusal(verdict),
                       REFUSAL_TERMS({"account_id", account_id}));
}

/* Where an account's money lives, as text; "" before it was opened. */
static enum failure opened_company(struct passage *passage, const char *account_id,
                                   const char **company_id)
{
    struct id account, company;
    char *text = arena_alloc(call_arena(passage->call), ID_TEXT_SIZE);
    if (text == NULL)
        return FAILURE_EXHAUSTED;
    *company_id = text;
    if (!id_parse(account_id, &account))
        return FAILURE_NONE;
    enum failure failure = account_store_company(
        reader_of(call_task(passage->call), passage->gateway->database), account, &company);
    if (failure == FAILURE_NONE && !id_is_nil(company))
        id_format(company, text);
    return failure;
}

/* Money stays where it is when a verification ends, and when another company is verified later: the
 * gateway's own record comes first. Identity's answer stands in until the account was opened. */
int step_company(struct passage *passage, const char **company_id)
{
    const struct identity_session *session = &passage->session;
    *company_id = session->company_id;
    if (text_is_empty(session->account_id))
        return 0;
    if (!session->corporate) {
        *company_id = session->account_id;
        return 0;
    }
    const char *opened_id;
    int no = opened_company(passage, session->account_id, &opened_id);
    if (no != 0)
        return no;
    if (!text_is_empty(opened_id))
        *company_id = opened_id;
    return text_is_empty(*company_id) ? refuse(passage, COMPANY_NOT_VERIFIED, session->account_id)
                                      : 0;
}

/* ID-18. What cannot be an id is left to the peer, which says so. */
static int check_same_company(struct passage *passage, const char *account_id,
                              const char *other_account_id)
{
    struct id account, other;
    if (!id_parse(account_id, &account) || !id_parse(other_account_id, &other) ||
        id_equal(account, other))
        return 0;
    struct identity_comparison comparison;
    struct rpc_status status;
    enum failure failure =
        identity_company_compare(call_task(passage->call), passage->gateway->identity, account_id,
                                 other_account_id, &comparison, &status);
    int no = passage_answer(passage, failure, &status);
    if (no != 0 || comparison.verdict == COMPANY_SAME)
        return no;
    const char *failing = comparison.failing_account_id;
    return refuse(passage, comparison.verdict, text_is_empty(failing) ? other_account_id : failing);
}

/* LED-06, SHR-03 */
int step_same_company(struct passage *passage)
{
    static const char *const fields[] = {"destination_account_id", "recipient_account_ids"};
    const char *account_id = message_field_text(passage->request, "account_id");
    int no = 0;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char *const *others;
        size_t count = message_field_texts(passage->request, fields[i], &others);
        for (size_t k = 0; k < count && k < STEP_RECIPIENTS_MAX && no == 0; k++)
            no = check_same_company(passage, account_id, others[k]);
    }
    return no;
}

/* PAY-15: the payer itself, or an account of its company; and one that the ledger can credit. */
int step_top_up_target(struct passage *passage)
{
    const char *target_id = message_field_text(passage->request, "target_account_id");
    int no =
        check_same_company(passage, message_field_text(passage->request, "account_id"), target_id);
    if (no != 0)
        return no;
    struct id target;
    const char *company_id;
    enum failure failure = opened_company(passage, target_id, &company_id);
    if (failure != FAILURE_NONE)
        return failure;
    if (!id_parse(target_id, &target) || !text_is_empty(company_id))
        return 0;
    if (passage->session.corporate)
        return refuse(passage, COMPANY_NOT_VERIFIED, target_id);
    return call_refuse(passage->call, readiness_refusal(READINESS_BILLING_ADDRESS), NO_TERMS);
}
