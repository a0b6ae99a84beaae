#include "identity/store/operator_invitation_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"

enum failure operator_invitation_store_insert(struct transaction *transaction,
                                              const struct operator_invitation *invitation,
                                              struct bytes code_mac)
{
    assert(code_mac.size == INVITATION_MAC_SIZE);
    return identity_operator_invitation_insert(
        transaction,
        &(struct identity_operator_invitation_insert){
            .invitation_id = invitation->invitation_id,
            .email_sealed = invitation->email_sealed,
            .email_index = invitation->email_index,
            .name_sealed = invitation->name_sealed,
            .roles = roles_names(transaction_arena(transaction), invitation->roles),
            .code_mac = code_mac,
            .invited_by = invitation->invited_by,
            .create_us = invitation->created_us,
            .expire_us = invitation->life.expires_us},
        NULL);
}

enum failure operator_invitation_store_count(struct transaction *transaction,
                                             const struct operator_invitation *invitation,
                                             struct operator_invite_facts *facts)
{
    struct rows rows;
    enum failure failure = identity_operator_invitation_count(
        transaction,
        &(struct identity_operator_invitation_count){.email_index = invitation->email_index,
                                                     .now_us = invitation->created_us,
                                                     .day_start_us = invitation->created_us -
                                                                     INVITATIONS_DAY_US,
                                                     .guesses_max = INVITATION_GUESSES_MAX},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_operator_invitation_count_row row =
        identity_operator_invitation_count_row(&rows, 0);
    facts->operates = row.operates;
    facts->is_invited = row.is_invited;
    facts->open = row.open;
    facts->day = row.day;
    facts->address_day = row.address_day;
    return FAILURE_NONE;
}

/* ---- one ---- */

static void read_row(const struct rows *rows, struct id invitation_id,
                     struct operator_invitation *invitation)
{
    struct identity_operator_invitation_read_row row =
        identity_operator_invitation_read_row(rows, 0);
    *invitation = (struct operator_invitation){
        .invitation_id = invitation_id,
        .email_sealed = row.email_sealed,
        .email_index = row.email_index,
        .name_sealed = row.name_sealed,
        .roles = roles_named(row.roles),
        .invited_by = row.invited_by,
        .created_us = row.create_us,
        .life = {row.expire_us, row.guesses, !id_is_nil(row.accepted_by), row.revoked},
        .accepted_by = row.accepted_by};
}

enum failure operator_invitation_store_find(struct reader reader, struct id invitation_id,
                                            struct operator_invitation *invitation, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_operator_invitation_read_alone(
        reader, &(struct identity_operator_invitation_read){.invitation_id = invitation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        read_row(&rows, invitation_id, invitation);
    return failure;
}

enum failure operator_invitation_store_read(struct transaction *transaction,
                                            struct id invitation_id,
                                            struct operator_invitation *invitation, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_operator_invitation_read(
        transaction, &(struct identity_operator_invitation_read){.invitation_id = invitation_id},
        &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        read_row(&rows, invitation_id, invitation);
    return failure;
}

/* ---- its code ---- */

enum failure operator_invitation_store_count_guess(struct reader reader, struct id invitation_id,
                                                   bool *counted,
                                                   uint8_t code_mac[INVITATION_MAC_SIZE])
{
    struct rows rows;
    enum failure failure = identity_operator_invitation_count_guess_alone(
        reader,
        &(struct identity_operator_invitation_count_guess){.invitation_id = invitation_id,
                                                           .guesses_max = INVITATION_GUESSES_MAX},
        &rows);
    *counted = failure == FAILURE_NONE && rows.count > 0;
    if (!*counted)
        return failure;
    struct bytes mac = identity_operator_invitation_count_guess_row(&rows, 0).code_mac;
    assert(mac.size == INVITATION_MAC_SIZE);
    memcpy(code_mac, mac.data, INVITATION_MAC_SIZE);
    return FAILURE_NONE;
}

enum failure operator_invitation_store_forgive_guess(struct reader reader, struct id invitation_id)
{
    return identity_operator_invitation_forgive_guess_alone(
        reader,
        &(struct identity_operator_invitation_forgive_guess){.invitation_id = invitation_id}, NULL);
}

/* ---- its end ---- */

enum failure operator_invitation_store_revoke(struct transaction *transaction,
                                              struct id invitation_id, int64_t now_us)
{
    return identity_operator_invitation_revoke(
        transaction,
        &(struct identity_operator_invitation_revoke){.invitation_id = invitation_id,
                                                      .revoke_us = now_us},
        NULL);
}

enum failure operator_invitation_store_accept(struct transaction *transaction,
                                              struct id invitation_id, struct id principal_id,
                                              int64_t now_us)
{
    return identity_operator_invitation_accept(
        transaction,
        &(struct identity_operator_invitation_accept){
            .invitation_id = invitation_id, .accepted_by = principal_id, .accept_us = now_us},
        NULL);
}

/* ---- many ---- */

enum failure operator_invitation_store_list(struct reader reader, struct id before_id, size_t limit,
                                            struct operator_invitations *invitations)
{
    struct rows rows;
    enum failure failure = identity_operator_invitation_list_alone(
        reader,
        &(struct identity_operator_invitation_list){.before_id = before_id,
                                                    .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    invitations->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *invitations->items);
    invitations->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_operator_invitation_list_row row =
            identity_operator_invitation_list_row(&rows, i);
        invitations->items[i] = (struct operator_invitation){
            .invitation_id = row.invitation_id,
            .email_sealed = row.email_sealed,
            .name_sealed = row.name_sealed,
            .roles = roles_named(row.roles),
            .invited_by = row.invited_by,
            .created_us = row.create_us,
            .life = {row.expire_us, row.guesses, !id_is_nil(row.accepted_by), row.revoked},
            .accepted_by = row.accepted_by};
    }
    return FAILURE_NONE;
}
