#include "identity/store/real_name_store.h"

#include <assert.h>

#include "identity/domain/real_name.h"
#include "identity/store/queries.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)

static_assert(PERSON_ACCOUNTS_MAX == 5, "as in list_shared_persons.sql, and its index");

static struct real_name name_of(const struct rows *rows, size_t row)
{
    struct identity_list_real_names_row found = identity_list_real_names_row(rows, row);
    struct real_name name = {.submission_id = found.submission_id,
                             .account_id = found.account_id,
                             .person_id = found.person_id,
                             .country = found.country,
                             .kind = document_kind_find(found.kind),
                             .name_sealed = found.name_sealed,
                             .number_sealed = found.number_sealed,
                             .expire_us = found.expire_us,
                             .state = review_state_read(found.state),
                             .reason = found.reason,
                             .submitted_us = found.submit_us,
                             .decided_us = found.decide_us};
    assert(name.kind != DOCUMENT_KIND_NONE && name.state != REVIEW_STATE_COUNT);
    return name;
}

enum failure real_name_store_count_today(struct transaction *transaction, struct id account_id,
                                         int64_t now_us, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_count_real_names(
        transaction,
        &(struct identity_count_real_names){.account_id = account_id, .since_us = now_us - DAY_US},
        &rows);
    if (failure == FAILURE_NONE)
        *count = (size_t)identity_count_real_names_row(&rows, 0).submissions;
    return failure;
}

enum failure real_name_store_take_person(struct transaction *transaction, struct bytes number_index,
                                         int64_t now_us, struct id *person_id)
{
    struct rows rows;
    enum failure failure = identity_take_person(
        transaction,
        &(struct identity_take_person){
            .person_id = id_new(now_us), .number_index = number_index, .create_us = now_us},
        &rows);
    if (failure == FAILURE_NONE)
        *person_id = identity_take_person_row(&rows, 0).person_id;
    return failure;
}

enum failure real_name_store_submit(struct transaction *transaction, const struct real_name *name,
                                    struct id principal_id)
{
    return identity_insert_real_name(
        transaction,
        &(struct identity_insert_real_name){.submission_id = name->submission_id,
                                            .account_id = name->account_id,
                                            .principal_id = principal_id,
                                            .person_id = name->person_id,
                                            .country = name->country,
                                            .kind = document_kind_name(name->kind),
                                            .name_sealed = name->name_sealed,
                                            .number_sealed = name->number_sealed,
                                            .expire_us = name->expire_us,
                                            .state = review_state_name(name->state),
                                            .submit_us = name->submitted_us},
        NULL);
}

static void take_first(const struct rows *rows, struct real_name *name, bool *exists)
{
    *exists = rows->count > 0;
    if (*exists)
        *name = name_of(rows, 0);
}

enum failure real_name_store_lock(struct transaction *transaction, struct id submission_id,
                                  struct real_name *name, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_lock_real_name(
        transaction, &(struct identity_lock_real_name){.submission_id = submission_id}, &rows);
    if (failure == FAILURE_NONE)
        take_first(&rows, name, exists);
    return failure;
}

enum failure real_name_store_lock_verified(struct transaction *transaction, struct id account_id,
                                           struct real_name *name, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_verified_real_name(
        transaction, &(struct identity_verified_real_name){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        take_first(&rows, name, exists);
    return failure;
}

static enum failure count_account(struct transaction *transaction, struct id person_id,
                                  int64_t more)
{
    return identity_count_person_accounts(
        transaction, &(struct identity_count_person_accounts){.person_id = person_id, .more = more},
        NULL);
}

enum failure real_name_store_decide(struct transaction *transaction, const struct real_name *name,
                                    struct id operator_id)
{
    enum failure failure = identity_decide_real_name(
        transaction,
        &(struct identity_decide_real_name){.submission_id = name->submission_id,
                                            .state = review_state_name(name->state),
                                            .reason = name->reason,
                                            .decide_us = name->decided_us,
                                            .decided_by = operator_id},
        NULL);
    return failure == FAILURE_NONE && name->state == REVIEW_VERIFIED
               ? count_account(transaction, name->person_id, 1)
               : failure;
}

enum failure real_name_store_end(struct transaction *transaction, const struct real_name *name,
                                 int64_t now_us)
{
    enum failure failure = identity_end_real_name(
        transaction,
        &(struct identity_end_real_name){.submission_id = name->submission_id,
                                         .state = review_state_name(name->state),
                                         .reason = name->reason,
                                         .end_us = now_us},
        NULL);
    return failure == FAILURE_NONE ? count_account(transaction, name->person_id, -1) : failure;
}

enum failure real_name_store_list(struct reader reader, const struct real_name_filter *filter,
                                  struct real_names *names)
{
    struct rows rows;
    enum failure failure = identity_list_real_names_alone(
        reader,
        &(struct identity_list_real_names){
            .account_id = filter->account_id,
            .person_id = filter->person_id,
            .state = filter->state != REVIEW_STATE_COUNT ? review_state_name(filter->state) : NULL,
            .before_id = filter->before_id,
            .limit = (int64_t)filter->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    names->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *names->items);
    names->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        names->items[i] = name_of(&rows, i);
    return FAILURE_NONE;
}

enum failure real_name_store_list_shared(struct reader reader, struct id before_id, size_t limit,
                                         struct shared_persons *persons)
{
    struct rows rows;
    enum failure failure = identity_list_shared_persons_alone(
        reader,
        &(struct identity_list_shared_persons){.before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    persons->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *persons->items);
    persons->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_shared_persons_row row = identity_list_shared_persons_row(&rows, i);
        persons->items[i] = (struct shared_person){row.person_id, row.accounts};
    }
    return FAILURE_NONE;
}

enum failure real_name_store_list_expired(struct reader reader, int64_t now_us, size_t limit,
                                          struct id **ids, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_expired_real_names_alone(
        reader, &(struct identity_expired_real_names){.now_us = now_us, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *ids = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **ids);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*ids)[i] = identity_expired_real_names_row(&rows, i).submission_id;
    return FAILURE_NONE;
}
