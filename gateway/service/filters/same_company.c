#include "gateway/service/company.h"
#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"

/* More than a share may have (SHR-01); the peer refuses longer lists. */
#define RECIPIENTS_MAX 100

static const char *const fields[] = {"destination_account_id", "recipient_account_ids"};

static void name_others(struct exchange *exchange)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char *const *others;
        size_t count = message_field_texts(exchange->request, fields[i], &others);
        company_name_others(exchange, others, count < RECIPIENTS_MAX ? count : RECIPIENTS_MAX);
    }
    company_end_others(exchange);
}

/* LED-06, SHR-03 */
static int check(struct exchange *exchange)
{
    const char *account_id = message_field_text(exchange->request, "account_id");
    int no = 0;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char *const *others;
        size_t count = message_field_texts(exchange->request, fields[i], &others);
        for (size_t k = 0; k < count && k < RECIPIENTS_MAX && no == 0; k++)
            no = company_check_same(exchange, account_id, others[k]);
    }
    return no;
}

const struct filter filter_same_company = {
    .name_others = name_others, .before = check, .looks_at = "destination_account_id"};
