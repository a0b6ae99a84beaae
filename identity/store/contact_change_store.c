#include "identity/store/contact_change_store.h"

#include "identity/store/queries.h"

enum failure contact_change_store_read(struct transaction *transaction,
                                       struct contact_change_row *row)
{
    struct rows rows;
    enum failure failure = identity_contact_change_read(
        transaction,
        &(struct identity_contact_change_read){.account_id = row->account_id,
                                               .channel = channel_name(row->channel)},
        &rows);
    row->change = (struct contact_change){.exists = false};
    if (failure != FAILURE_NONE || rows.count == 0)
        return failure;
    struct identity_contact_change_read_row found = identity_contact_change_read_row(&rows, 0);
    row->change_id = found.change_id;
    row->sealed = found.sealed;
    row->index = found.contact_index;
    row->change = (struct contact_change){.exists = true,
                                          .ended = found.ended,
                                          .old_lost = found.old_lost,
                                          .confirmed_us = found.confirm_us,
                                          .starts = found.starts,
                                          .starts_since_us = found.starts_since_us};
    return FAILURE_NONE;
}

enum failure contact_change_store_put(struct transaction *transaction,
                                      const struct contact_change_row *row, int64_t now_us)
{
    return identity_contact_change_put(
        transaction,
        &(struct identity_contact_change_put){.account_id = row->account_id,
                                              .channel = channel_name(row->channel),
                                              .change_id = row->change_id,
                                              .sealed = row->sealed,
                                              .contact_index = row->index,
                                              .old_lost = row->change.old_lost,
                                              .start_us = now_us,
                                              .starts = row->change.starts,
                                              .starts_since_us = row->change.starts_since_us},
        NULL);
}

enum failure contact_change_store_confirm(struct transaction *transaction,
                                          const struct contact_change_row *row, int64_t now_us)
{
    return identity_contact_change_confirm(
        transaction,
        &(struct identity_contact_change_confirm){.account_id = row->account_id,
                                                  .channel = channel_name(row->channel),
                                                  .confirm_us = now_us},
        NULL);
}

enum failure contact_change_store_end(struct transaction *transaction,
                                      const struct contact_change_row *row, int64_t now_us)
{
    return identity_contact_change_end(
        transaction,
        &(struct identity_contact_change_end){
            .account_id = row->account_id, .channel = channel_name(row->channel), .end_us = now_us},
        NULL);
}

enum failure contact_change_store_apply(struct transaction *transaction,
                                        const struct contact_change_row *row, int64_t now_us)
{
    enum failure failure = identity_contact_replace(
        transaction,
        &(struct identity_contact_replace){.account_id = row->account_id,
                                           .channel = channel_name(row->channel),
                                           .sealed = row->sealed,
                                           .contact_index = row->index,
                                           .verify_us = now_us},
        NULL);
    return failure != FAILURE_NONE ? failure : contact_change_store_end(transaction, row, now_us);
}
