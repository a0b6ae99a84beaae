#include "payments/store/payment_method_store.h"

#include <assert.h>
#include <string.h>

#include "payments/store/queries.h"

/* false: it is none that anybody here kept. */
static bool payment_method_read(const struct rows *rows, size_t row, struct payment_method *method)
{
    struct payments_payment_method_find_row found = payments_payment_method_find_row(rows, row);
    *method = (struct payment_method){
        .account_id = found.account_id,
        .payment_method_id = found.payment_method_id,
        .brand = card_brand_find(found.brand),
        .last_four = found.last_four,
        .expiry = {.month = found.expiry_month, .year = found.expiry_year},
        .holder_name = found.holder_name,
        .card_country = found.card_country,
        .provider_token = found.provider_token,
        .failure_reason = found.failure_reason,
        .failure_advice = found.failure_advice,
        .created_us = found.created_us,
        .has_hold = found.has_hold_state,
        .hold_authorized_us = found.authorized_us,
        .hold_voided_us = found.voided_us,
    };
    bool known = payment_method_kind_find(found.kind, &method->kind) &&
                 payment_method_state_find(found.state, &method->state) &&
                 (!method->has_hold || hold_state_find(found.hold_state, &method->hold_state));
    return known;
}

static enum failure payment_method_read_one(struct task *task, const struct rows *rows,
                                            struct payment_method **method)
{
    *method = NULL;
    if (rows->count == 0)
        return FAILURE_NONE;
    *method = arena_alloc(task_arena(task), sizeof(**method));
    return payment_method_read(rows, 0, *method) ? FAILURE_NONE : FAILURE_INTERNAL;
}

enum failure payment_method_store_insert(struct transaction *transaction,
                                         const struct payment_method *method,
                                         const uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    return payments_payment_method_insert(transaction,
                                          &(struct payments_payment_method_insert){
                                              .account_id = method->account_id,
                                              .payment_method_id = method->payment_method_id,
                                              .kind = payment_method_kind_name(method->kind),
                                              .state = payment_method_state_name(method->state),
                                              .brand = card_brand_name(method->brand),
                                              .last_four = method->last_four,
                                              .expiry_month = method->expiry.month,
                                              .expiry_year = method->expiry.year,
                                              .holder_name = method->holder_name,
                                              .fingerprint = {fingerprint, CARD_FINGERPRINT_SIZE},
                                              .created_us = method->created_us},
                                          NULL);
}

enum failure payment_method_store_count(struct transaction *transaction, struct id account_id,
                                        const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                        struct payment_method_count *count)
{
    struct rows rows;
    enum failure failure = payments_payment_method_count(
        transaction,
        &(struct payments_payment_method_count){
            .account_id = account_id, .fingerprint = {fingerprint, CARD_FINGERPRINT_SIZE}},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct payments_payment_method_count_row row = payments_payment_method_count_row(&rows, 0);
    *count =
        (struct payment_method_count){.saved = (size_t)row.saved, .has_this_card = row.is_among};
    return FAILURE_NONE;
}

enum failure payment_method_store_count_accounts(struct transaction *transaction,
                                                 struct id account_id,
                                                 const uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                                 size_t *count)
{
    struct rows rows;
    enum failure failure = payments_payment_method_count_accounts(
        transaction,
        &(struct payments_payment_method_count_accounts){
            .fingerprint = {fingerprint, CARD_FINGERPRINT_SIZE}, .account_id = account_id},
        &rows);
    *count = failure == FAILURE_NONE
                 ? (size_t)payments_payment_method_count_accounts_row(&rows, 0).accounts
                 : 0;
    return failure;
}

enum failure payment_method_store_fingerprint(struct transaction *transaction,
                                              struct subject_key key,
                                              uint8_t fingerprint[CARD_FINGERPRINT_SIZE],
                                              bool *found)
{
    struct rows rows;
    enum failure failure = payments_payment_method_fingerprint(
        transaction,
        &(struct payments_payment_method_fingerprint){.account_id = key.account_id,
                                                      .payment_method_id = key.subject_id},
        &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found) {
        struct bytes bytes = payments_payment_method_fingerprint_row(&rows, 0).fingerprint;
        assert(bytes.size == CARD_FINGERPRINT_SIZE);
        memcpy(fingerprint, bytes.data, CARD_FINGERPRINT_SIZE);
    }
    return failure;
}

enum failure payment_method_store_find(struct reader reader, struct subject_key key,
                                       struct payment_method **method)
{
    struct rows rows;
    enum failure failure = payments_payment_method_find_alone(
        reader,
        &(struct payments_payment_method_find){.account_id = key.account_id,
                                               .payment_method_id = key.subject_id},
        &rows);
    return failure != FAILURE_NONE ? failure : payment_method_read_one(reader.task, &rows, method);
}

enum failure payment_method_store_look(struct transaction *transaction, struct subject_key key,
                                       struct payment_method **method)
{
    struct rows rows;
    enum failure failure = payments_payment_method_find(
        transaction,
        &(struct payments_payment_method_find){.account_id = key.account_id,
                                               .payment_method_id = key.subject_id},
        &rows);
    return failure != FAILURE_NONE
               ? failure
               : payment_method_read_one(transaction_task(transaction), &rows, method);
}

static enum failure payment_method_read_all(struct reader reader, const struct rows *rows,
                                            struct payment_method **methods, size_t *count)
{
    *methods = arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof(**methods));
    *count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        if (!payment_method_read(rows, i, &(*methods)[i]))
            return FAILURE_INTERNAL;
    return FAILURE_NONE;
}

enum failure payment_method_store_list(struct reader reader,
                                       const struct payment_method_filter *filter,
                                       struct payment_method **methods, size_t *count)
{
    struct rows rows;
    enum failure failure = payments_payment_method_list_alone(
        reader,
        &(struct payments_payment_method_list){.account_id = filter->account_id,
                                               .below_id = filter->below_id,
                                               .limit = (int64_t)filter->limit},
        &rows);
    return failure == FAILURE_NONE ? payment_method_read_all(reader, &rows, methods, count)
                                   : failure;
}

enum failure payment_method_store_list_shared(struct reader reader,
                                              const struct shared_card_filter *filter,
                                              struct payment_method **methods, size_t *count)
{
    struct rows rows;
    enum failure failure = payments_shared_card_methods_alone(
        reader,
        &(struct payments_shared_card_methods){.card_id = filter->card_id,
                                               .before_id = filter->before_id,
                                               .limit = (int64_t)filter->limit},
        &rows);
    return failure == FAILURE_NONE ? payment_method_read_all(reader, &rows, methods, count)
                                   : failure;
}

enum failure payment_method_store_change(struct transaction *transaction,
                                         const struct payment_method *method,
                                         const struct payment_method_change *change, bool *changed)
{
    struct rows rows;
    enum failure failure = payments_payment_method_change(
        transaction,
        &(struct payments_payment_method_change){.account_id = method->account_id,
                                                 .payment_method_id = method->payment_method_id,
                                                 .state = payment_method_state_name(method->state),
                                                 .next = payment_method_state_name(change->next),
                                                 .failure_reason = change->failure_reason,
                                                 .failure_advice = change->failure_advice},
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure payment_method_store_tokenise(struct transaction *transaction,
                                           const struct payment_method *method, const char *token,
                                           const char *card_country, bool *changed)
{
    struct rows rows;
    enum failure failure = payments_payment_method_tokenise(
        transaction,
        &(struct payments_payment_method_tokenise){
            .account_id = method->account_id,
            .payment_method_id = method->payment_method_id,
            .state = payment_method_state_name(PAYMENT_METHOD_NEW),
            .next = payment_method_state_name(PAYMENT_METHOD_VERIFYING),
            .provider_token = token,
            .card_country = card_country},
        &rows);
    *changed = failure == FAILURE_NONE && rows.affected == 1;
    return failure;
}

enum failure payment_method_store_any(struct reader reader, bool *any)
{
    struct rows rows;
    enum failure failure = payments_payment_method_any_alone(reader, &rows);
    *any = failure == FAILURE_NONE && payments_payment_method_any_row(&rows, 0).found;
    return failure;
}

enum failure payment_method_store_in_use(struct transaction *transaction, struct subject_key key,
                                         bool *in_use)
{
    struct rows rows;
    enum failure failure = payments_payment_method_in_use(
        transaction,
        &(struct payments_payment_method_in_use){.account_id = key.account_id,
                                                 .payment_method_id = key.subject_id},
        &rows);
    *in_use = failure == FAILURE_NONE && payments_payment_method_in_use_row(&rows, 0).in_use;
    return failure;
}

enum failure payment_method_store_token(struct reader reader, struct subject_key key,
                                        struct payment_method_token *token)
{
    struct rows rows;
    enum failure failure = payments_payment_method_token_alone(
        reader,
        &(struct payments_payment_method_token){.account_id = key.account_id,
                                                .payment_method_id = key.subject_id},
        &rows);
    *token = (struct payment_method_token){NULL, NULL};
    if (failure == FAILURE_NONE && rows.count == 1) {
        struct payments_payment_method_token_row row = payments_payment_method_token_row(&rows, 0);
        *token = (struct payment_method_token){row.provider_token, row.provider_customer};
    }
    return failure;
}

enum failure payment_method_store_abandoned(struct reader reader, int64_t before_us, size_t limit,
                                            struct subject_keys *abandoned)
{
    struct rows rows;
    enum failure failure = payments_payment_method_abandoned_alone(
        reader,
        &(struct payments_payment_method_abandoned){.before_us = before_us,
                                                    .limit = (int64_t)limit},
        &rows);
    if (failure == FAILURE_NONE)
        subject_keys_read(reader, &rows, abandoned);
    return failure;
}

enum failure payment_method_store_expire(struct reader reader, int64_t month_index,
                                         int64_t *expired)
{
    struct rows rows;
    enum failure failure = payments_payment_method_expire_alone(
        reader, &(struct payments_payment_method_expire){.month_index = month_index}, &rows);
    *expired = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}
