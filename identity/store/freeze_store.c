#include "identity/store/freeze_store.h"

#include <assert.h>

#include "identity/store/queries.h"

/* A level that only a later release knows stops all that is known here. */
static struct freeze freeze_of(const struct rows *rows, size_t place)
{
    struct identity_freeze_list_row row = identity_freeze_list_row(rows, place);
    enum freeze_level level = freeze_level_find(row.level);
    return (struct freeze){.freeze_id = row.freeze_id,
                           .account_id = row.account_id,
                           .level = level == FREEZE_LEVEL_NONE ? FREEZE_PAYG_SUSPEND : level,
                           .reason = row.reason,
                           .created_by = row.created_by,
                           .confirmed_by = row.confirmed_by,
                           .ended_by = row.ended_by,
                           .created_us = row.create_us,
                           .confirm_until_us = row.confirm_until_us,
                           .begun_us = row.begin_us,
                           .expire_us = row.expire_us,
                           .ended_us = row.end_us,
                           .outcome = freeze_state_find(row.outcome),
                           .partner_id = row.partner_account_id};
}

enum failure freeze_store_count(struct transaction *transaction, struct id account_id,
                                struct id partner_id, int64_t *holding)
{
    struct rows rows;
    enum failure failure = identity_freeze_count(
        transaction,
        &(struct identity_freeze_count){.account_id = account_id, .partner_account_id = partner_id},
        &rows);
    if (failure == FAILURE_NONE)
        *holding = identity_freeze_count_row(&rows, 0).holding;
    return failure;
}

enum failure freeze_store_read(struct transaction *transaction, struct id account_id,
                               struct id freeze_id, struct freeze *freeze, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_freeze_read(
        transaction,
        &(struct identity_freeze_read){.account_id = account_id, .freeze_id = freeze_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *freeze = freeze_of(&rows, 0);
    return failure;
}

static enum failure advance(struct transaction *transaction, const struct freeze *freeze)
{
    return freeze->begun_us != 0 ? identity_freeze_advance(transaction, NULL) : FAILURE_NONE;
}

enum failure freeze_store_insert(struct transaction *transaction, const struct freeze *freeze)
{
    enum failure failure = identity_freeze_insert(
        transaction,
        &(struct identity_freeze_insert){.freeze_id = freeze->freeze_id,
                                         .account_id = freeze->account_id,
                                         .level = freeze_level_name(freeze->level),
                                         .reason = freeze->reason,
                                         .created_by = freeze->created_by,
                                         .create_us = freeze->created_us,
                                         .confirm_until_us = freeze->confirm_until_us,
                                         .begin_us = freeze->begun_us,
                                         .expire_us = freeze->expire_us,
                                         .due_us = freeze_end_us(freeze),
                                         .partner_account_id = freeze->partner_id},
        NULL);
    return failure == FAILURE_NONE ? advance(transaction, freeze) : failure;
}

enum failure freeze_store_made_freezer(struct transaction *transaction, const struct freeze *freeze,
                                       struct id person_id, bool *made)
{
    struct rows rows;
    enum failure failure =
        identity_freeze_made_freezer(transaction,
                                     &(struct identity_freeze_made_freezer){
                                         .freezer_id = freeze->created_by, .person_id = person_id},
                                     &rows);
    if (failure == FAILURE_NONE)
        *made = identity_freeze_made_freezer_row(&rows, 0).made;
    return failure;
}

enum failure freeze_store_confirm(struct transaction *transaction, const struct freeze *freeze)
{
    enum failure failure = identity_freeze_confirm(
        transaction,
        &(struct identity_freeze_confirm){.account_id = freeze->account_id,
                                          .freeze_id = freeze->freeze_id,
                                          .confirmed_by = freeze->confirmed_by,
                                          .begin_us = freeze->begun_us,
                                          .due_us = freeze_end_us(freeze)},
        NULL);
    return failure == FAILURE_NONE ? advance(transaction, freeze) : failure;
}

enum failure freeze_store_end(struct transaction *transaction, const struct freeze *freeze)
{
    return identity_freeze_end(
        transaction,
        &(struct identity_freeze_end){.account_id = freeze->account_id,
                                      .freeze_id = freeze->freeze_id,
                                      .ended_by = freeze->ended_by,
                                      .end_us = freeze->ended_us,
                                      .outcome = freeze_state_name(freeze->outcome)},
        NULL);
}

enum failure freeze_store_hit(struct transaction *transaction, struct id account_id, int64_t *hit)
{
    struct rows rows;
    enum failure failure = identity_freeze_hit(
        transaction, &(struct identity_freeze_hit){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *hit = identity_freeze_hit_row(&rows, 0).hit;
    return failure;
}

enum failure freeze_store_preview(struct reader reader, const struct freeze_page *page,
                                  int64_t now_us, struct frozen_accounts *accounts)
{
    struct rows rows;
    enum failure failure = identity_freeze_preview_alone(
        reader,
        &(struct identity_freeze_preview){.account_id = page->account_id,
                                          .after_id = page->bound_id,
                                          .now_us = now_us,
                                          .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *accounts = (struct frozen_accounts){
        .items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *accounts->items),
        .count = rows.count};
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_freeze_preview_row row = identity_freeze_preview_row(&rows, i);
        accounts->items[i] = (struct frozen_account){row.account_id, freeze_level_find(row.level)};
        accounts->hit = row.hit;
    }
    return FAILURE_NONE;
}

static enum failure read_freezes(struct reader reader, const struct rows *rows,
                                 struct freezes *freezes)
{
    freezes->items =
        arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof *freezes->items);
    for (size_t i = 0; i < rows->count; i++)
        freezes->items[i] = freeze_of(rows, i);
    freezes->count = rows->count;
    return FAILURE_NONE;
}

enum failure freeze_store_list(struct reader reader, const struct freeze_page *page,
                               struct freezes *freezes)
{
    struct rows rows;
    enum failure failure = identity_freeze_list_alone(
        reader,
        &(struct identity_freeze_list){.account_id = page->account_id,
                                       .partner_account_id = page->partner_id,
                                       .before_id = page->bound_id,
                                       .limit = (int64_t)page->limit},
        &rows);
    return failure != FAILURE_NONE ? failure : read_freezes(reader, &rows, freezes);
}

enum failure freeze_store_list_all(struct reader reader, const struct freeze_filter *filter,
                                   struct freezes *freezes)
{
    struct rows rows;
    enum failure failure = identity_freeze_list_all_alone(
        reader,
        &(struct identity_freeze_list_all){.of_account_id = filter->account_id,
                                           .state = filter->state,
                                           .level = filter->level,
                                           .before_id = filter->before_id,
                                           .now_us = filter->now_us,
                                           .limit = (int64_t)filter->limit},
        &rows);
    return failure != FAILURE_NONE ? failure : read_freezes(reader, &rows, freezes);
}

enum failure freeze_store_due(struct reader reader, int64_t now_us, size_t limit,
                              struct due_freezes *due)
{
    struct rows rows;
    enum failure failure = identity_freeze_due_alone(
        reader, &(struct identity_freeze_due){.now_us = now_us, .limit = (int64_t)limit}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    due->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *due->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_freeze_due_row row = identity_freeze_due_row(&rows, i);
        due->items[i] = (struct due_freeze){row.freeze_id, row.account_id};
    }
    due->count = rows.count;
    return FAILURE_NONE;
}
