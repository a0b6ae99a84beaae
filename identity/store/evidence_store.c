#include "identity/store/evidence_store.h"

#include "identity/store/queries.h"

static struct evidence_file file_of(const struct rows *rows, size_t row)
{
    struct identity_list_evidence_row found = identity_list_evidence_row(rows, row);
    return (struct evidence_file){.evidence_file_id = found.evidence_file_id,
                                  .submission_id = found.submission_id,
                                  .account_id = found.account_id,
                                  .form = evidence_form_named(found.form),
                                  .progress = {.size = found.size,
                                               .received = found.received,
                                               .is_deleted = found.delete_us != 0},
                                  .sha256 = found.sha256,
                                  .hash_sealed = found.hash_sealed,
                                  .begun_us = found.begin_us,
                                  .completed_us = found.complete_us,
                                  .deleted_us = found.delete_us};
}

static void take_first(const struct rows *rows, struct evidence_file *file, bool *exists)
{
    *exists = rows->count > 0;
    if (*exists)
        *file = file_of(rows, 0);
}

enum failure evidence_store_read_room(struct transaction *transaction, struct id account_id,
                                      struct id submission_id, struct evidence_room *room)
{
    struct rows rows;
    enum failure failure =
        identity_read_evidence_room(transaction,
                                    &(struct identity_read_evidence_room){
                                        .account_id = account_id, .submission_id = submission_id},
                                    &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_read_evidence_room_row row = identity_read_evidence_room_row(&rows, 0);
    *room = (struct evidence_room){.files = (size_t)row.files, .bytes = row.bytes};
    return FAILURE_NONE;
}

enum failure evidence_store_take_key(struct transaction *transaction, struct id submission_id,
                                     struct bytes fresh_sealed, struct bytes *key_sealed)
{
    struct rows rows;
    enum failure failure =
        identity_take_evidence_key(transaction,
                                   &(struct identity_take_evidence_key){
                                       .submission_id = submission_id, .key_sealed = fresh_sealed},
                                   &rows);
    if (failure == FAILURE_NONE)
        *key_sealed = identity_take_evidence_key_row(&rows, 0).key_sealed;
    return failure;
}

enum failure evidence_store_read_key(struct reader reader, struct id submission_id,
                                     struct bytes *key_sealed)
{
    struct rows rows;
    enum failure failure = identity_read_evidence_key_alone(
        reader, &(struct identity_read_evidence_key){.submission_id = submission_id}, &rows);
    *key_sealed = failure == FAILURE_NONE && rows.count > 0
                      ? identity_read_evidence_key_row(&rows, 0).key_sealed
                      : (struct bytes){NULL, 0};
    return failure;
}

enum failure evidence_store_begin(struct transaction *transaction, const struct evidence_file *file,
                                  struct id principal_id)
{
    return identity_insert_evidence(
        transaction,
        &(struct identity_insert_evidence){.evidence_file_id = file->evidence_file_id,
                                           .submission_id = file->submission_id,
                                           .account_id = file->account_id,
                                           .principal_id = principal_id,
                                           .size = file->progress.size,
                                           .sha256 = file->sha256,
                                           .hash_sealed = file->hash_sealed,
                                           .begin_us = file->begun_us},
        NULL);
}

enum failure evidence_store_find(struct transaction *transaction, const struct evidence_file *told,
                                 struct evidence_file *file, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_find_evidence(
        transaction,
        &(struct identity_find_evidence){.submission_id = told->submission_id,
                                         .sha256 = told->sha256,
                                         .size = told->progress.size},
        &rows);
    if (failure == FAILURE_NONE)
        take_first(&rows, file, exists);
    return failure;
}

enum failure evidence_store_read(struct transaction *transaction, struct id evidence_file_id,
                                 struct evidence_file *file, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_evidence(
        transaction, &(struct identity_read_evidence){.evidence_file_id = evidence_file_id}, &rows);
    if (failure == FAILURE_NONE)
        take_first(&rows, file, exists);
    return failure;
}

enum failure evidence_store_lock(struct transaction *transaction, struct id evidence_file_id,
                                 struct evidence_file *file, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_lock_evidence(
        transaction, &(struct identity_lock_evidence){.evidence_file_id = evidence_file_id}, &rows);
    if (failure == FAILURE_NONE)
        take_first(&rows, file, exists);
    return failure;
}

static int64_t place_of(int64_t offset)
{
    return offset / EVIDENCE_PIECE_BYTES;
}

enum failure evidence_store_append(struct transaction *transaction,
                                   const struct evidence_file *file, int64_t offset,
                                   struct bytes content_sealed)
{
    return identity_append_evidence(
        transaction,
        &(struct identity_append_evidence){.evidence_file_id = file->evidence_file_id,
                                           .place = place_of(offset),
                                           .content_sealed = content_sealed,
                                           .received = file->progress.received,
                                           .form = evidence_form_name(file->form),
                                           .hash_sealed = file->hash_sealed,
                                           .complete_us = file->completed_us},
        NULL);
}

static struct bytes content_of(const struct rows *rows)
{
    return rows->count > 0 ? identity_read_evidence_piece_row(rows, 0).content_sealed
                           : (struct bytes){NULL, 0};
}

enum failure evidence_store_read_piece(struct reader reader, struct id evidence_file_id,
                                       int64_t offset, struct bytes *content_sealed)
{
    struct rows rows;
    enum failure failure = identity_read_evidence_piece_alone(
        reader,
        &(struct identity_read_evidence_piece){.evidence_file_id = evidence_file_id,
                                               .place = place_of(offset)},
        &rows);
    if (failure == FAILURE_NONE)
        *content_sealed = content_of(&rows);
    return failure;
}

enum failure evidence_store_read_piece_in(struct transaction *transaction,
                                          struct id evidence_file_id, int64_t offset,
                                          struct bytes *content_sealed)
{
    struct rows rows;
    enum failure failure = identity_read_evidence_piece(
        transaction,
        &(struct identity_read_evidence_piece){.evidence_file_id = evidence_file_id,
                                               .place = place_of(offset)},
        &rows);
    if (failure == FAILURE_NONE)
        *content_sealed = content_of(&rows);
    return failure;
}

static enum failure remove_pieces(struct transaction *transaction, struct id evidence_file_id)
{
    return identity_remove_evidence_pieces(
        transaction,
        &(struct identity_remove_evidence_pieces){.evidence_file_id = evidence_file_id}, NULL);
}

static enum failure forget_key(struct transaction *transaction, struct id submission_id)
{
    return identity_forget_evidence_key(
        transaction, &(struct identity_forget_evidence_key){.submission_id = submission_id}, NULL);
}

enum failure evidence_store_remove(struct transaction *transaction,
                                   const struct evidence_file *file)
{
    enum failure failure = remove_pieces(transaction, file->evidence_file_id);
    if (failure == FAILURE_NONE)
        failure = identity_remove_evidence(
            transaction,
            &(struct identity_remove_evidence){.evidence_file_id = file->evidence_file_id}, NULL);
    return failure == FAILURE_NONE ? forget_key(transaction, file->submission_id) : failure;
}

enum failure evidence_store_decide(struct transaction *transaction, struct id submission_id,
                                   int64_t due_us)
{
    return identity_expect_evidence_deletion(transaction,
                                             &(struct identity_expect_evidence_deletion){
                                                 .submission_id = submission_id, .due_us = due_us},
                                             NULL);
}

enum failure evidence_store_delete(struct transaction *transaction,
                                   const struct evidence_file *file, int64_t now_us)
{
    enum failure failure = remove_pieces(transaction, file->evidence_file_id);
    if (failure == FAILURE_NONE)
        failure = identity_delete_evidence(
            transaction,
            &(struct identity_delete_evidence){.evidence_file_id = file->evidence_file_id,
                                               .delete_us = now_us},
            NULL);
    return failure == FAILURE_NONE ? forget_key(transaction, file->submission_id) : failure;
}

enum failure evidence_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                     struct evidence_due **due, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_due_evidence_alone(
        reader, &(struct identity_due_evidence){.now_us = now_us, .limit = (int64_t)limit}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *due = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **due);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_due_evidence_row row = identity_due_evidence_row(&rows, i);
        (*due)[i] = (struct evidence_due){row.evidence_file_id, row.account_id, row.due_us};
    }
    return FAILURE_NONE;
}

enum failure evidence_store_list(struct reader reader, const struct evidence_filter *filter,
                                 struct evidence_files *files)
{
    struct rows rows;
    enum failure failure = identity_list_evidence_alone(
        reader,
        &(struct identity_list_evidence){.submission_id = filter->submission_id,
                                         .account_id = filter->account_id,
                                         .before_id = filter->before_id,
                                         .limit = (int64_t)filter->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    files->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *files->items);
    files->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        files->items[i] = file_of(&rows, i);
    return FAILURE_NONE;
}

enum failure evidence_store_note_reading(struct transaction *transaction,
                                         struct id evidence_file_id, struct id look_id,
                                         bool *is_first)
{
    struct rows rows;
    enum failure failure = identity_note_evidence_reading(
        transaction,
        &(struct identity_note_evidence_reading){.evidence_file_id = evidence_file_id,
                                                 .look_id = look_id},
        &rows);
    *is_first = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}
