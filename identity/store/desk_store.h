/* Customers as operators find them, and operators' looks into their accounts. */
#ifndef IDENTITY_STORE_DESK_STORE_H
#define IDENTITY_STORE_DESK_STORE_H

#include "identity/domain/account.h"
#include "identity/domain/submission.h"
#include "runtime/database/database.h"

struct customer {
    struct id account_id;
    enum account_type type;
    const char *country;
    int64_t created_us;
    struct bytes email_sealed;
    struct bytes phone_sealed; /* data NULL: no number known */
    const char *company_name;  /* NULL: none, as the number */
    const char *company_number;
    enum review_state company_state;
};

struct customers {
    struct customer *items; /* lent by the task's arena */
    size_t count;
};

/* Of the four one is given. */
struct customer_question {
    struct bytes contact_index; /* data NULL, */
    const char *number;         /* NULL, */
    const char *name;           /* how it begins; NULL, */
    struct id account_id;       /* nil: not by this */
    struct id before_id;
    size_t limit;
};
enum failure desk_store_find(struct reader reader, const struct customer_question *question,
                             struct customers *customers) must_check;

struct look {
    struct id look_id;
    struct id principal_id; /* the operator */
    struct id account_id;
    const char *reason;
    int64_t begun_us;
    int64_t ends_us;
    int64_t closed_us; /* 0: nobody did */
};

struct looks {
    struct look *items; /* lent by the task's arena */
    size_t count;
};

/* *exists is false for an unknown id. */
enum failure desk_store_read_look(struct transaction *transaction, struct id look_id,
                                  struct look *look, struct id *owner_id, bool *exists) must_check;

/* The newest one of an operator into an account that is open; nil: none is. */
enum failure desk_store_find_open_look(struct transaction *transaction, struct id principal_id,
                                       struct id account_id, int64_t now_us,
                                       struct id *look_id) must_check;

/* *closed is false when it was closed before. */
enum failure desk_store_close_look(struct transaction *transaction, struct id look_id,
                                   int64_t now_us, bool *closed) must_check;

enum failure desk_store_look(struct transaction *transaction, const struct look *look) must_check;
enum failure desk_store_list_looks(struct reader reader, struct id account_id, struct id before_id,
                                   size_t limit, struct looks *looks) must_check;

#endif
