/* Messages with codes that were sent, by who made us send them (S10). */
#ifndef IDENTITY_STORE_TEXT_STORE_H
#define IDENTITY_STORE_TEXT_STORE_H

#include "identity/domain/text_limit.h"
#include "runtime/database/database.h"

struct text_senders {
    struct bytes subjects[TEXT_SUBJECT_COUNT]; /* without data: not counted */
    int64_t now_us;
};

/* Makes others of the same subjects wait until the transaction ends; sent[i] is of text_limits[i].
 */
enum failure text_store_count(struct transaction *transaction, const struct text_senders *senders,
                              int64_t sent[TEXT_LIMIT_COUNT]) must_check;
enum failure text_store_insert(struct transaction *transaction, const struct text_senders *senders,
                               struct id send_id) must_check;

#endif
