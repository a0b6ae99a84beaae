/* Notices of people: kept, listed, read. */
#ifndef IDENTITY_STORE_NOTICE_STORE_H
#define IDENTITY_STORE_NOTICE_STORE_H

#include "identity/domain/notice.h"
#include "runtime/database/database.h"

struct notice {
    struct id notice_id; /* made when it is kept */
    struct id principal_id;
    struct id account_id; /* nil: of the person, whatever the account */
    enum notice_kind kind;
    const char *subject;
    const char *text; /* without a secret */
    int64_t created_us;
    int64_t read_us; /* 0: not read */
};

/* In the transaction that tells it. */
enum failure notice_store_keep(struct transaction *transaction,
                               const struct notice *notice) must_check;

struct notices {
    struct notice *items; /* lent by the task's arena */
    size_t count;
};

struct notice_page {
    struct id principal_id;
    enum notice_kind kind;    /* NOTICE_NONE: all */
    int64_t start_us, end_us; /* 0: without */
    bool unread;
    struct id before_id;
    size_t limit;
};

/* Newest first. */
enum failure notice_store_list(struct reader reader, const struct notice_page *page,
                               struct notices *notices) must_check;

enum failure notice_store_count_unread(struct reader reader, struct id principal_id,
                                       int64_t *unread) must_check;

struct notices_read {
    struct id principal_id;
    struct id_array notice_ids;
    bool all;
    int64_t read_us;
};

/* marked: how many were unread. */
enum failure notice_store_mark_read(struct transaction *transaction,
                                    const struct notices_read *read, int64_t *marked,
                                    int64_t *unread) must_check;

#endif
