/* Roles of principals in accounts. */
#ifndef IDENTITY_STORE_ROLE_STORE_H
#define IDENTITY_STORE_ROLE_STORE_H

#include "identity/domain/account.h"
#include "identity/domain/role.h"
#include "runtime/database/database.h"

struct account_roles {
    struct role_giver caller;
    unsigned member_roles; /* bits of enum role */
    struct id_array member_custom_role_ids;
    int64_t administrators;
    bool member_owns; /* opened the account */
};

/* The roles of the caller and of a member in an account; nil ids have none. */
enum failure role_store_read(struct reader reader, struct id account_id, struct id caller_id,
                             struct id member_id, struct account_roles *roles) must_check;
/* The same inside a transaction, after locking the account. */
enum failure role_store_lock(struct transaction *transaction, struct id account_id,
                             struct id caller_id, struct id member_id,
                             struct account_roles *roles) must_check;

struct administrator {
    struct id principal_id;
    struct bytes email_sealed;
};

struct administrators {
    struct administrator *items; /* lent by the transaction's arena */
    size_t count;
};

/* Those who administer it, 100 at most. */
enum failure role_store_administrators(struct transaction *transaction, struct id account_id,
                                       struct administrators *administrators) must_check;

struct role_grant {
    struct id account_id;
    struct id principal_id;
    enum role role;
    struct id custom_role_id; /* in place of role: one of the account's own; else nil */
    bool subtree;             /* holds in the accounts under it, too */
    struct id granted_by;
};

enum failure role_store_insert(struct transaction *transaction, const struct role_grant *grant,
                               int64_t now_us) must_check;

/* Locks the account, and keeps the roles of a principal, wherever it has them, from being taken
 * before the transaction has ended: whoever takes them sees what was done by them. */
enum failure role_store_hold(struct transaction *transaction, struct id account_id,
                             struct id principal_id) must_check;

/* How many roles were taken, and how many sessions ended: those of a principal who may act nowhere
 * any more. */
struct roles_taken {
    int64_t roles, sessions;
};

/* Takes one role, or all of a member. */
enum failure role_store_delete(struct transaction *transaction, const struct role_grant *grant,
                               int64_t now_us, struct roles_taken *taken) must_check;
enum failure role_store_remove(struct transaction *transaction, struct id account_id,
                               struct id principal_id, int64_t now_us,
                               struct roles_taken *taken) must_check;

struct member {
    struct id principal_id;
    unsigned roles;
    struct id_array custom_role_ids;
    bool owns;
    int64_t joined_us;
    struct id added_by;       /* nil: the account was opened by it, or is told elsewhere */
    struct bytes name_sealed; /* data NULL: none */
};

struct members {
    struct member *items; /* lent by the task's arena */
    size_t count;
};

/* At most limit members after one, in the order of their ids. */
enum failure role_store_list(struct reader reader, struct id account_id, struct id after_id,
                             size_t limit, struct members *members) must_check;

/* An account in which a principal may act. */
struct my_account {
    struct id account_id;
    unsigned roles;
    bool owns;
    bool inherited; /* all roles are given above it (GW-13) */
    enum account_type type;
    enum environment environment;
    const char *company_name; /* NULL: none is verified */
};

struct my_accounts {
    struct my_account *items; /* lent by the task's arena */
    size_t count;
};

struct my_account_page {
    struct id principal_id;
    struct id under_id;           /* it, and what stands below it; nil: all */
    enum environment environment; /* none: all */
    const char *name_contains;    /* "": all */
    struct id after_id;
    size_t limit;
};

/* In the order of their ids. */
enum failure role_store_list_accounts(struct reader reader, const struct my_account_page *page,
                                      struct my_accounts *accounts) must_check;

#endif
