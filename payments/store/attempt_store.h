/* Keeps every request to a provider, written before it leaves, and its answer. */
#ifndef PAYMENTS_STORE_ATTEMPT_STORE_H
#define PAYMENTS_STORE_ATTEMPT_STORE_H

#include "runtime/database/database.h"

struct provider_attempt {
    struct id account_id;
    struct id attempt_id;
    struct id subject_id; /* the hold or the top-up */
    const char *step;     /* "AUTHORIZE", "VOID", "CHARGE", "INQUIRE" */
    int64_t sent_us;
};

struct attempt_answer {
    const char *outcome;
    const char *provider_id;   /* NULL: none */
    const char *provider_code; /* NULL: none */
    int64_t answered_us;
};

enum failure attempt_store_insert(struct transaction *transaction,
                                  const struct provider_attempt *attempt) must_check;
enum failure attempt_store_answer(struct transaction *transaction,
                                  const struct provider_attempt *attempt,
                                  const struct attempt_answer *answer) must_check;

/* 0 when the subject's step was never sent. */
enum failure attempt_store_first_sent(struct reader reader, struct id account_id,
                                      struct id subject_id, const char *step,
                                      int64_t *sent_us) must_check;

#endif
