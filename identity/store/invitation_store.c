#include "identity/store/invitation_store.h"

#include <assert.h>
#include <string.h>

#include "identity/domain/contact.h"
#include "identity/store/queries.h"
#include "identity/store/role_store.h"

enum failure invitation_store_insert(struct transaction *transaction,
                                     const struct invitation *invitation, struct bytes code_mac)
{
    assert(code_mac.size == INVITATION_MAC_SIZE);
    return identity_invitation_insert(
        transaction,
        &(struct identity_invitation_insert){.invitation_id = invitation->invitation_id,
                                             .account_id = invitation->account_id,
                                             .email_sealed = invitation->email_sealed,
                                             .email_index = invitation->email_index,
                                             .name_sealed = invitation->name_sealed,
                                             .role = role_name(invitation->role),
                                             .subtree = invitation->subtree,
                                             .code_mac = code_mac,
                                             .invited_by = invitation->invited_by,
                                             .create_us = invitation->created_us,
                                             .expire_us = invitation->life.expires_us},
        NULL);
}

enum failure invitation_store_count(struct transaction *transaction,
                                    const struct invitation *invitation, struct invite_facts *facts)
{
    struct rows rows;
    enum failure failure =
        identity_invitation_count(transaction,
                                  &(struct identity_invitation_count){
                                      .account_id = invitation->account_id,
                                      .email_index = invitation->email_index,
                                      .now_us = invitation->created_us,
                                      .day_start_us = invitation->created_us - INVITATIONS_DAY_US,
                                      .guesses_max = INVITATION_GUESSES_MAX},
                                  &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_invitation_count_row row = identity_invitation_count_row(&rows, 0);
    facts->is_member = row.is_member;
    facts->is_invited = row.is_invited;
    facts->open = row.open;
    facts->account_day = row.account_day;
    facts->address_day = row.address_day;
    return FAILURE_NONE;
}

/* ---- one ---- */

static void read_row(const struct rows *rows, struct id invitation_id,
                     struct invitation *invitation)
{
    struct identity_invitation_read_row row = identity_invitation_read_row(rows, 0);
    *invitation = (struct invitation){
        .invitation_id = invitation_id,
        .account_id = row.account_id,
        .email_sealed = row.email_sealed,
        .email_index = row.email_index,
        .name_sealed = row.name_sealed,
        .role = role_find(row.role),
        .subtree = row.subtree,
        .invited_by = row.invited_by,
        .created_us = row.create_us,
        .life = {row.expire_us, row.guesses, !id_is_nil(row.accepted_by), row.revoked},
        .accepted_by = row.accepted_by};
}

enum failure invitation_store_find(struct reader reader, struct id invitation_id,
                                   struct invitation *invitation, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_invitation_read_alone(
        reader, &(struct identity_invitation_read){.invitation_id = invitation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        read_row(&rows, invitation_id, invitation);
    return failure;
}

enum failure invitation_store_read(struct transaction *transaction, struct id invitation_id,
                                   struct invitation *invitation, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_invitation_read(
        transaction, &(struct identity_invitation_read){.invitation_id = invitation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        read_row(&rows, invitation_id, invitation);
    return failure;
}

/* ---- its code ---- */

enum failure invitation_store_count_guess(struct reader reader, struct id invitation_id,
                                          bool *counted, uint8_t code_mac[INVITATION_MAC_SIZE])
{
    struct rows rows;
    enum failure failure = identity_invitation_count_guess_alone(
        reader,
        &(struct identity_invitation_count_guess){.invitation_id = invitation_id,
                                                  .guesses_max = INVITATION_GUESSES_MAX},
        &rows);
    *counted = failure == FAILURE_NONE && rows.count > 0;
    if (!*counted)
        return failure;
    struct bytes mac = identity_invitation_count_guess_row(&rows, 0).code_mac;
    assert(mac.size == INVITATION_MAC_SIZE);
    memcpy(code_mac, mac.data, INVITATION_MAC_SIZE);
    return FAILURE_NONE;
}

enum failure invitation_store_forgive_guess(struct reader reader, struct id invitation_id)
{
    return identity_invitation_forgive_guess_alone(
        reader, &(struct identity_invitation_forgive_guess){.invitation_id = invitation_id}, NULL);
}

/* ---- its end ---- */

enum failure invitation_store_revoke(struct transaction *transaction, struct id invitation_id,
                                     int64_t now_us)
{
    return identity_invitation_revoke(
        transaction,
        &(struct identity_invitation_revoke){.invitation_id = invitation_id, .revoke_us = now_us},
        NULL);
}

enum failure invitation_store_revoke_sent(struct transaction *transaction, struct id account_id,
                                          struct id invited_by, int64_t now_us,
                                          struct id_array *invitation_ids)
{
    struct rows rows;
    enum failure failure = identity_invitation_revoke_sent(
        transaction,
        &(struct identity_invitation_revoke_sent){
            .account_id = account_id, .invited_by = invited_by, .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof *ids);
    for (size_t i = 0; i < rows.count; i++)
        ids[i] = identity_invitation_revoke_sent_row(&rows, i).invitation_id;
    *invitation_ids = id_array(ids, rows.count);
    return FAILURE_NONE;
}

enum failure invitation_store_accept(struct transaction *transaction,
                                     const struct invitation *invitation, struct id principal_id,
                                     int64_t now_us)
{
    const struct role_grant grant = {.account_id = invitation->account_id,
                                     .principal_id = principal_id,
                                     .role = invitation->role,
                                     .subtree = invitation->subtree,
                                     .granted_by = invitation->invited_by};
    enum failure failure = role_store_insert(transaction, &grant, now_us);
    if (failure == FAILURE_NONE)
        failure = identity_invitation_accept(
            transaction,
            &(struct identity_invitation_accept){.invitation_id = invitation->invitation_id,
                                                 .accepted_by = principal_id,
                                                 .accept_us = now_us},
            NULL);
    return failure;
}

enum failure invitation_store_is_of(struct transaction *transaction,
                                    const struct invitation *invitation, struct id principal_id,
                                    bool *is_of)
{
    struct rows rows;
    enum failure failure =
        identity_logs_in_by(transaction,
                            &(struct identity_logs_in_by){.principal_id = principal_id,
                                                          .email_index = invitation->email_index},
                            &rows);
    *is_of = failure == FAILURE_NONE && identity_logs_in_by_row(&rows, 0).found;
    return failure;
}

enum failure invitation_store_join(struct transaction *transaction,
                                   const struct invitation *invitation,
                                   const struct new_member *member, int64_t now_us, bool *made)
{
    struct rows rows;
    enum failure failure = identity_release_address(
        transaction,
        &(struct identity_release_address){.email_index = invitation->email_index,
                                           .channel = channel_name(CHANNEL_EMAIL)},
        NULL);
    if (failure == FAILURE_NONE)
        failure = identity_insert_principal(
            transaction,
            &(struct identity_insert_principal){.principal_id = member->principal_id,
                                                .email_index = invitation->email_index,
                                                .password_hash = member->password_hash,
                                                .operates = false,
                                                .create_us = now_us,
                                                .email_sealed = invitation->email_sealed,
                                                .name_sealed = member->name_sealed},
            &rows);
    *made = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

/* ---- many ---- */

enum failure invitation_store_list(struct reader reader, const struct invitation_page *page,
                                   struct invitations *invitations)
{
    struct rows rows;
    enum failure failure = identity_invitation_list_alone(
        reader,
        &(struct identity_invitation_list){.account_id = page->account_id,
                                           .before_id = page->before_id,
                                           .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    invitations->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *invitations->items);
    invitations->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_invitation_list_row row = identity_invitation_list_row(&rows, i);
        invitations->items[i] = (struct invitation){
            .invitation_id = row.invitation_id,
            .account_id = page->account_id,
            .email_sealed = row.email_sealed,
            .name_sealed = row.name_sealed,
            .role = role_find(row.role),
            .subtree = row.subtree,
            .invited_by = row.invited_by,
            .created_us = row.create_us,
            .life = {row.expire_us, row.guesses, !id_is_nil(row.accepted_by), row.revoked},
            .accepted_by = row.accepted_by};
    }
    return FAILURE_NONE;
}
