#include "identity/store/sign_up_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"

enum failure sign_up_store_any(struct reader reader, bool *any, struct bytes *email_sealed)
{
    struct rows rows;
    struct identity_any_principal_row row = {.found = false};
    enum failure failure = identity_any_principal_alone(reader, &rows);
    if (failure == FAILURE_NONE)
        row = identity_any_principal_row(&rows, 0);
    *any = row.found;
    *email_sealed = row.email_sealed;
    return failure;
}

enum failure sign_up_store_insert(struct transaction *transaction, const struct sign_up *sign_up)
{
    return identity_insert_sign_up(transaction,
                                   &(struct identity_insert_sign_up){
                                       .sign_up_id = sign_up->sign_up_id,
                                       .country = sign_up->country,
                                       .channel = channel_name(sign_up->channel),
                                       .email_sealed = sign_up->email_sealed,
                                       .email_index = sign_up->email_index,
                                       .phone_sealed = sign_up->phone_sealed,
                                       .phone_index = sign_up->phone_index,
                                       .password_hash = sign_up->password_hash,
                                       .terms_versions = {sign_up->terms_versions, TERMS_COUNT},
                                       .create_us = sign_up->created_us,
                                       .entry_channel = entry_channel_name(sign_up->entry.channel),
                                       .campaign = sign_up->entry.campaign},
                                   NULL);
}

static void read_terms(const struct rows *rows, struct sign_up *sign_up)
{
    struct identity_lock_sign_up_row row = identity_lock_sign_up_row(rows, 0);
    const char *const versions[TERMS_COUNT] = {row.terms_version_1, row.terms_version_2,
                                               row.terms_version_3, row.terms_version_4};
    for (size_t i = 0; i < TERMS_COUNT; i++)
        sign_up->terms_versions[i] = versions[i];
}

enum failure sign_up_store_lock(struct transaction *transaction, struct id sign_up_id,
                                struct sign_up *sign_up, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_lock_sign_up(
        transaction, &(struct identity_lock_sign_up){.sign_up_id = sign_up_id}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (!*exists)
        return FAILURE_NONE;
    struct identity_lock_sign_up_row row = identity_lock_sign_up_row(&rows, 0);
    *sign_up = (struct sign_up){.sign_up_id = sign_up_id,
                                .country = row.country,
                                .channel = channel_named(row.channel),
                                .email_sealed = row.email_sealed,
                                .email_index = row.email_index,
                                .phone_sealed = row.phone_sealed,
                                .phone_index = row.phone_index,
                                .password_hash = row.password_hash,
                                .created_us = row.create_us,
                                .account_id = row.account_id,
                                .entry = {entry_channel_named(row.entry_channel), row.campaign}};
    read_terms(&rows, sign_up);
    return FAILURE_NONE;
}

enum failure sign_up_store_registered(struct transaction *transaction, enum channel channel,
                                      struct bytes address_index, bool *registered)
{
    struct rows rows;
    enum failure failure = identity_address_registered(
        transaction,
        &(struct identity_address_registered){.email_index = address_index,
                                              .channel = channel_name(channel)},
        &rows);
    *registered = failure == FAILURE_NONE && identity_address_registered_row(&rows, 0).registered;
    return failure;
}

enum failure sign_up_store_set_channel(struct transaction *transaction,
                                       const struct sign_up *sign_up)
{
    return identity_set_sign_up_channel(
        transaction,
        &(struct identity_set_sign_up_channel){.sign_up_id = sign_up->sign_up_id,
                                               .channel = channel_name(sign_up->channel),
                                               .phone_sealed = sign_up->phone_sealed,
                                               .phone_index = sign_up->phone_index},
        NULL);
}

static enum failure insert_account(struct transaction *transaction, const struct sign_up *sign_up,
                                   const struct new_account *account)
{
    const char *documents[TERMS_COUNT];
    for (enum terms terms = 0; terms < TERMS_COUNT; terms++)
        documents[terms] = terms_field(terms);
    return identity_insert_account(transaction,
                                   &(struct identity_insert_account){
                                       .account_id = account->account_id,
                                       .principal_id = account->principal_id,
                                       .country = sign_up->country,
                                       .sign_up_channel = channel_name(sign_up->channel),
                                       .create_us = account->opened_us,
                                       .email_sealed = sign_up->email_sealed,
                                       .email_index = sign_up->email_index,
                                       .phone_sealed = sign_up->phone_sealed,
                                       .phone_index = sign_up->phone_index,
                                       .documents = {documents, TERMS_COUNT},
                                       .terms_versions = {sign_up->terms_versions, TERMS_COUNT},
                                       .accept_us = sign_up->created_us,
                                       .entry_channel = entry_channel_name(sign_up->entry.channel),
                                       .campaign = sign_up->entry.campaign},
                                   NULL);
}

static enum failure release_address(struct transaction *transaction, enum channel channel,
                                    struct bytes address_index)
{
    return identity_release_address(
        transaction,
        &(struct identity_release_address){.email_index = address_index,
                                           .channel = channel_name(channel)},
        NULL);
}

enum failure sign_up_store_open_account(struct transaction *transaction,
                                        const struct sign_up *sign_up,
                                        const struct new_account *account, bool *opened)
{
    assert(sign_up->password_hash != NULL);
    struct bytes verified =
        sign_up->channel == CHANNEL_PHONE ? sign_up->phone_index : sign_up->email_index; /* S10 */
    struct rows rows;
    enum failure failure = release_address(transaction, sign_up->channel, verified);
    if (failure == FAILURE_NONE)
        failure = identity_insert_principal(
            transaction,
            &(struct identity_insert_principal){.principal_id = account->principal_id,
                                                .account_id = account->account_id,
                                                .email_index = verified,
                                                .password_hash = sign_up->password_hash,
                                                .operates = false,
                                                .create_us = account->opened_us},
            &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *opened = rows.count > 0;
    if (!*opened)
        return FAILURE_NONE;
    failure = insert_account(transaction, sign_up, account);
    if (failure == FAILURE_NONE)
        failure = identity_close_sign_up(
            transaction,
            &(struct identity_close_sign_up){.sign_up_id = sign_up->sign_up_id,
                                             .account_id = account->account_id},
            NULL);
    return failure;
}

enum failure sign_up_store_take_address(struct transaction *transaction,
                                        const struct taken_address *address, bool *taken)
{
    struct rows rows;
    enum failure failure = release_address(transaction, address->channel, address->index);
    if (failure == FAILURE_NONE)
        failure = identity_take_log_in_address(
            transaction,
            &(struct identity_take_log_in_address){.principal_id = address->principal_id,
                                                   .email_index = address->index},
            &rows);
    *taken = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}
