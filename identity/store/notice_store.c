#include "identity/store/notice_store.h"

#include "identity/store/queries.h"

enum failure notice_store_keep(struct transaction *transaction, const struct notice *notice)
{
    return identity_notice_insert(
        transaction,
        &(struct identity_notice_insert){.notice_id = id_new(notice->created_us),
                                         .principal_id = notice->principal_id,
                                         .account_id = notice->account_id,
                                         .kind = notice_kind_name(notice->kind),
                                         .subject = notice->subject,
                                         .body = notice->text,
                                         .create_us = notice->created_us,
                                         .others_max = NOTICES_KEPT_MAX - 1},
        NULL);
}

static struct notice notice_of(const struct rows *rows, size_t place)
{
    struct identity_notice_list_row row = identity_notice_list_row(rows, place);
    return (struct notice){.notice_id = row.notice_id,
                           .account_id = row.account_id,
                           .kind = notice_kind_find(row.kind),
                           .subject = row.subject,
                           .text = row.body,
                           .created_us = row.create_us,
                           .read_us = row.read_us};
}

enum failure notice_store_list(struct reader reader, const struct notice_page *page,
                               struct notices *notices)
{
    struct rows rows;
    bool of_all = page->kind == NOTICE_NONE;
    enum failure failure = identity_notice_list_alone(
        reader,
        &(struct identity_notice_list){.principal_id = page->principal_id,
                                       .kind = of_all ? NULL : notice_kind_name(page->kind),
                                       .start_us = page->start_us,
                                       .end_us = page->end_us,
                                       .unread = page->unread,
                                       .before_id = page->before_id,
                                       .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    notices->count = rows.count;
    notices->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *notices->items);
    for (size_t i = 0; i < rows.count; i++)
        notices->items[i] = notice_of(&rows, i);
    return FAILURE_NONE;
}

enum failure notice_store_count_unread(struct reader reader, struct id principal_id,
                                       int64_t *unread)
{
    struct rows rows;
    enum failure failure = identity_notice_count_unread_alone(
        reader, &(struct identity_notice_count_unread){.principal_id = principal_id}, &rows);
    *unread = failure == FAILURE_NONE ? identity_notice_count_unread_row(&rows, 0).unread : 0;
    return failure;
}

enum failure notice_store_mark_read(struct transaction *transaction,
                                    const struct notices_read *read, int64_t *marked,
                                    int64_t *unread)
{
    struct rows rows;
    enum failure failure = identity_notice_mark_read(
        transaction,
        &(struct identity_notice_mark_read){.principal_id = read->principal_id,
                                            .notice_ids = read->notice_ids,
                                            .whole = read->all,
                                            .read_us = read->read_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *marked = (int64_t)rows.count;
    failure = identity_notice_count_unread(
        transaction, &(struct identity_notice_count_unread){.principal_id = read->principal_id},
        &rows);
    if (failure == FAILURE_NONE)
        *unread = identity_notice_count_unread_row(&rows, 0).unread;
    return failure;
}
