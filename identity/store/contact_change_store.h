/* Changes of an account's contacts. The caller has locked the account. */
#ifndef IDENTITY_STORE_CONTACT_CHANGE_STORE_H
#define IDENTITY_STORE_CONTACT_CHANGE_STORE_H

#include "identity/domain/contact_change.h"
#include "runtime/database/database.h"

struct contact_change_row {
    struct id account_id;
    enum channel channel;
    struct id change_id;
    struct bytes sealed; /* the new contact */
    struct bytes index;
    struct contact_change change;
};

/* The last one of the row's account and channel. */
enum failure contact_change_store_read(struct transaction *transaction,
                                       struct contact_change_row *row) must_check;
enum failure contact_change_store_put(struct transaction *transaction,
                                      const struct contact_change_row *row,
                                      int64_t now_us) must_check;
enum failure contact_change_store_confirm(struct transaction *transaction,
                                          const struct contact_change_row *row,
                                          int64_t now_us) must_check;
enum failure contact_change_store_end(struct transaction *transaction,
                                      const struct contact_change_row *row,
                                      int64_t now_us) must_check;

/* The new contact takes the old one's place, and the change ends. */
enum failure contact_change_store_apply(struct transaction *transaction,
                                        const struct contact_change_row *row,
                                        int64_t now_us) must_check;

#endif
