#include "identity/store/password_store.h"

#include "identity/store/queries.h"

enum failure password_store_read(struct reader reader, struct id principal_id,
                                 struct password_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_password_alone(
        reader, &(struct identity_read_password){.principal_id = principal_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists) {
        struct identity_read_password_row found = identity_read_password_row(&rows, 0);
        *row = (struct password_row){found.password_hash, found.email_index, found.email_sealed};
    }
    return failure;
}

enum failure password_store_change(struct transaction *transaction,
                                   const struct password_change *change, bool *changed)
{
    struct rows rows;
    enum failure failure = identity_change_password(transaction,
                                                    &(struct identity_change_password){
                                                        .principal_id = change->principal_id,
                                                        .old_hash = change->old_hash,
                                                        .password_hash = change->new_hash,
                                                    },
                                                    &rows);
    *changed = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}
