/* Programs of accounts, which act by keys (key_store.h). */
#ifndef IDENTITY_STORE_PROGRAM_STORE_H
#define IDENTITY_STORE_PROGRAM_STORE_H

#include "runtime/database/database.h"

struct program {
    struct id program_id;
    struct id account_id;
    const char *name;
    unsigned roles; /* bits of enum role */
    struct id_array custom_role_ids;
    bool subtree;
    struct id made_by;
    int64_t created_us;
};

struct program_counts {
    int64_t count; /* that were not removed */
    int64_t made;  /* within a day */
};

/* All in an account that is locked (role_store_lock). */
enum failure program_store_count(struct transaction *transaction, struct id account_id,
                                 int64_t now_us, struct program_counts *counts) must_check;
enum failure program_store_insert(struct transaction *transaction,
                                  const struct program *program) must_check;
/* Whether it has grants with subtree, but not its roles; *exists is false when the account has none
 * such. */
enum failure program_store_read(struct transaction *transaction, struct id account_id,
                                struct id program_id, struct program *program,
                                bool *exists) must_check;
/* The roles that it is given now are granted by who calls. */
enum failure program_store_set_roles(struct transaction *transaction, const struct program *program,
                                     struct id granted_by, int64_t now_us) must_check;
enum failure program_store_remove(struct transaction *transaction, struct id account_id,
                                  struct id program_id, int64_t now_us) must_check;

struct programs {
    struct program *items; /* lent by the task's arena */
    size_t count;
};

/* At most limit programs after one, in the order of their ids. */
enum failure program_store_list(struct reader reader, struct id account_id, struct id after_id,
                                size_t limit, struct programs *programs) must_check;

#endif
