/* Passwords of principals: changed and set anew. */
#ifndef IDENTITY_STORE_PASSWORD_STORE_H
#define IDENTITY_STORE_PASSWORD_STORE_H

#include "runtime/database/database.h"

struct password_row {
    const char *hash;
    struct bytes email_index;  /* by which one logs in */
    struct bytes email_sealed; /* its own, or of its account; data NULL: none */
};

/* *exists is false for a principal that is not there. */
enum failure password_store_read(struct reader reader, struct id principal_id,
                                 struct password_row *row, bool *exists) must_check;

/* *changed is false when the old hash is another by now; NULL: it does not matter. */
struct password_change {
    struct id principal_id;
    const char *old_hash;
    const char *new_hash;
};

enum failure password_store_change(struct transaction *transaction,
                                   const struct password_change *change, bool *changed) must_check;

#endif
