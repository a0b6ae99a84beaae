#include "payments/store/attempt_store.h"

#include "payments/store/queries.h"

enum failure attempt_store_insert(struct transaction *transaction, const struct attempt *attempt)
{
    return transaction_query(transaction, &payments_query_attempt_insert,
                             PARAMS(param_id(attempt->account_id), param_id(attempt->attempt_id),
                                    param_id(attempt->subject_id), param_text(attempt->step),
                                    param_time(attempt->sent_us)),
                             NULL);
}

enum failure attempt_store_answer(struct transaction *transaction, const struct attempt *attempt,
                                  const struct attempt_answer *answer)
{
    return transaction_query(transaction, &payments_query_attempt_answer,
                             PARAMS(param_id(attempt->account_id), param_id(attempt->attempt_id),
                                    param_text(answer->outcome), param_text(answer->provider_id),
                                    param_text(answer->provider_code),
                                    param_time(answer->answered_us)),
                             NULL);
}

enum failure attempt_store_first_sent(struct reader reader, struct id account_id,
                                      struct id subject_id, const char *step, int64_t *sent_us)
{
    struct rows rows;
    enum failure failure =
        database_query(reader, &payments_query_attempt_first_sent,
                       PARAMS(param_id(account_id), param_id(subject_id), param_text(step)), &rows);
    *sent_us = failure == FAILURE_NONE && rows.count == 1 ? row_time_us(&rows, 0, 0) : 0;
    return failure;
}
