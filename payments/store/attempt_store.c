#include "payments/store/attempt_store.h"

#include "payments/store/queries.h"

enum failure attempt_store_insert(struct transaction *transaction,
                                  const struct provider_attempt *attempt)
{
    return payments_attempt_insert(
        transaction,
        &(struct payments_attempt_insert){.account_id = attempt->account_id,
                                          .attempt_id = attempt->attempt_id,
                                          .subject_id = attempt->subject_id,
                                          .step = attempt->step,
                                          .sent_us = attempt->sent_us},
        NULL);
}

enum failure attempt_store_answer(struct transaction *transaction,
                                  const struct provider_attempt *attempt,
                                  const struct attempt_answer *answer)
{
    return payments_attempt_answer(
        transaction,
        &(struct payments_attempt_answer){.account_id = attempt->account_id,
                                          .attempt_id = attempt->attempt_id,
                                          .outcome = answer->outcome,
                                          .provider_id = answer->provider_id,
                                          .provider_code = answer->provider_code,
                                          .answered_us = answer->answered_us},
        NULL);
}

enum failure attempt_store_first_sent(struct reader reader, struct id account_id,
                                      struct id subject_id, const char *step, int64_t *sent_us)
{
    struct rows rows;
    enum failure failure = payments_attempt_first_sent_alone(
        reader,
        &(struct payments_attempt_first_sent){
            .account_id = account_id, .subject_id = subject_id, .step = step},
        &rows);
    *sent_us = failure == FAILURE_NONE && rows.count == 1
                   ? payments_attempt_first_sent_row(&rows, 0).sent_us
                   : 0;
    return failure;
}
