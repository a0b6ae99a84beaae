#include "identity/store/verification_store.h"

#include "identity/store/queries.h"
#include "runtime/base/text.h"

enum failure verification_store_insert(struct transaction *transaction, struct id submission_id,
                                       bool of_company, int64_t now_us)
{
    return identity_verification_insert(
        transaction,
        &(struct identity_verification_insert){.submission_id = submission_id,
                                               .kind = of_company ? "COMPANY" : "REAL_NAME",
                                               .due_us = now_us},
        NULL);
}

enum failure verification_store_take(struct reader reader, const struct verification_wish *wish,
                                     struct verifications *taken)
{
    struct rows rows;
    enum failure failure = identity_verification_take_alone(
        reader,
        &(struct identity_verification_take){
            .now_us = wish->now_us, .until_us = wish->until_us, .limit = (int64_t)wish->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    taken->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *taken->items);
    taken->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_verification_take_row row = identity_verification_take_row(&rows, i);
        taken->items[i] = (struct verification){.submission_id = row.submission_id,
                                                .of_company = text_equal(row.kind, "COMPANY"),
                                                .tries = row.tries};
    }
    return FAILURE_NONE;
}

enum failure verification_store_postpone(struct reader reader, struct id submission_id,
                                         int64_t tries, int64_t due_us)
{
    return identity_verification_postpone_alone(
        reader,
        &(struct identity_verification_postpone){
            .submission_id = submission_id, .tries = tries, .due_us = due_us},
        NULL);
}

enum failure verification_store_end(struct transaction *transaction, struct id submission_id)
{
    return identity_verification_end(
        transaction, &(struct identity_verification_end){.submission_id = submission_id}, NULL);
}
