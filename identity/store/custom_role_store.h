/* Roles that accounts make themselves; who has them stands among the grants (role_store.h). */
#ifndef IDENTITY_STORE_CUSTOM_ROLE_STORE_H
#define IDENTITY_STORE_CUSTOM_ROLE_STORE_H

#include "runtime/database/database.h"

struct custom_role {
    struct id role_id;
    struct id account_id;
    const char *name;
    const char *allows, *denies; /* patterns with spaces between */
    struct id written_by;
    int64_t created_us;
    int64_t written_us;
    int64_t holders;
    bool reaches_below; /* somebody has it with what is under the account */
    bool owner_has;     /* the owner of the account is among the holders */
};

/* ---- under the lock of the account (role_store_lock) ---- */

enum failure custom_role_store_count(struct transaction *transaction, struct id account_id,
                                     int64_t *count) must_check;
/* *kept is false when another of the account's has the name. */
enum failure custom_role_store_insert(struct transaction *transaction,
                                      const struct custom_role *role, bool *kept) must_check;
enum failure custom_role_store_write(struct transaction *transaction,
                                     const struct custom_role *role, bool *kept) must_check;
enum failure custom_role_store_delete(struct transaction *transaction,
                                      struct id role_id) must_check;

/* Roles that somebody is to have in an account. */
struct custom_roles_asked {
    struct id account_id;
    struct id principal_id;
    struct id_array role_ids;
};

/* How many of them the account has, and how many others of its own the principal has in it. */
enum failure custom_role_store_held(struct transaction *transaction,
                                    const struct custom_roles_asked *asked, int64_t *known,
                                    int64_t *others) must_check;

/* *exists is false when the account has none such. */
enum failure custom_role_store_read(struct transaction *transaction, struct id account_id,
                                    struct id role_id, struct custom_role *role,
                                    bool *exists) must_check;

/* ---- */

enum failure custom_role_store_find(struct reader reader, struct id account_id, struct id role_id,
                                    struct custom_role *role, bool *exists) must_check;

struct custom_roles_found {
    struct custom_role *items; /* lent by the task's arena */
    size_t count;
};

/* At most limit roles after one, in the order of their ids. */
enum failure custom_role_store_list(struct reader reader, struct id account_id, struct id after_id,
                                    size_t limit, struct custom_roles_found *found) must_check;

/* A role of an account's own as read_holdings.sql tells it. */
struct held_custom_role {
    const char *role_id;
    const char *name;
    const char *allows, *denies;
    bool inherited;
};

struct held_custom_roles {
    struct held_custom_role *items;
    size_t count;
};

/* From lines of fields with tabs between. */
struct held_custom_roles custom_roles_told(struct arena *arena, const char *lines);

#endif
