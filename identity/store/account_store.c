#include "identity/store/account_store.h"

#include "identity/store/names.h"
#include "identity/store/queries.h"

static bool read_row(struct id account_id, const struct rows *rows, struct account_row *row)
{
    if (rows->count == 0)
        return false;
    struct identity_read_account_row found = identity_read_account_row(rows, 0);
    *row = (struct account_row){
        .account = {.account_id = account_id,
                    .owner_id = found.principal_id,
                    .type = account_type_named(found.type),
                    .environment = environment_named(found.environment),
                    .sign_up_channel = channel_named(found.sign_up_channel),
                    .email_verified = found.email_verified,
                    .phone_verified = found.phone_verified,
                    .company_id = found.company_id,
                    .company_in_review = found.in_review,
                    .real_name = {found.real_name_verified, found.real_name_expire_us,
                                  found.real_name_in_review},
                    .region = found.region,
                    .confirmed_regions = found.confirmed_regions,
                    .entry = {entry_channel_named(found.entry_channel), found.campaign},
                    .upgraded_us = found.upgrade_us},
        .country = found.country,
        .created_us = found.create_us,
        .email_sealed = found.email_sealed,
        .phone_sealed = found.phone_sealed,
        .phone_index = found.phone_index,
        .billing_address_sealed = found.billing_address_sealed,
        .merged_company_ids = found.merged_company_ids,
    };
    return true;
}

enum failure account_store_read(struct reader reader, struct id account_id, struct account_row *row,
                                bool *exists)
{
    struct rows rows;
    enum failure failure = identity_read_account_alone(
        reader, &(struct identity_read_account){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *exists = read_row(account_id, &rows, row);
    return failure;
}

enum failure account_store_lock(struct transaction *transaction, struct id account_id,
                                struct account_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_lock_account(
        transaction, &(struct identity_lock_account){.account_id = account_id}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_read_account(
            transaction, &(struct identity_read_account){.account_id = account_id}, &rows);
    if (failure == FAILURE_NONE)
        *exists = read_row(account_id, &rows, row);
    return failure;
}

enum failure account_store_set_environment(struct transaction *transaction, struct id account_id,
                                           enum environment environment)
{
    return identity_set_environment(
        transaction,
        &(struct identity_set_environment){.account_id = account_id,
                                           .environment = environment_name(environment)},
        NULL);
}

enum failure account_store_set_region(struct transaction *transaction, struct id account_id,
                                      const char *region)
{
    return identity_set_region(
        transaction, &(struct identity_set_region){.account_id = account_id, .region = region},
        NULL);
}

enum failure account_store_confirm_region(struct transaction *transaction, struct id account_id,
                                          const char *region)
{
    return identity_confirm_region(
        transaction, &(struct identity_confirm_region){.account_id = account_id, .region = region},
        NULL);
}

enum failure account_store_upgrade(struct transaction *transaction, struct id account_id,
                                   int64_t now_us)
{
    return identity_upgrade_account(
        transaction,
        &(struct identity_upgrade_account){.account_id = account_id, .upgrade_us = now_us}, NULL);
}

enum failure account_store_convert(struct transaction *transaction, struct id account_id,
                                   struct bytes sealed, int64_t now_us)
{
    return identity_convert_account(transaction,
                                    &(struct identity_convert_account){.account_id = account_id,
                                                                       .sealed = sealed,
                                                                       .now_us = now_us},
                                    NULL);
}

enum failure account_store_set_closed(struct transaction *transaction, struct id account_id,
                                      bool closed, int64_t now_us)
{
    return identity_set_account_closed(
        transaction,
        &(struct identity_set_account_closed){
            .account_id = account_id, .closed = closed, .now_us = now_us},
        NULL);
}

enum failure account_store_add_billing_address(struct transaction *transaction,
                                               struct id account_id, enum account_type type,
                                               struct bytes sealed, int64_t now_us)
{
    enum failure failure =
        identity_set_account_type(transaction,
                                  &(struct identity_set_account_type){
                                      .account_id = account_id, .type = account_type_name(type)},
                                  NULL);
    if (failure == FAILURE_NONE)
        failure = identity_insert_billing_address(
            transaction,
            &(struct identity_insert_billing_address){
                .account_id = account_id, .sealed = sealed, .create_us = now_us},
            NULL);
    return failure;
}

enum failure account_store_put_contact(struct transaction *transaction, struct id account_id,
                                       enum channel channel, struct bytes sealed,
                                       struct bytes index)
{
    return identity_put_contact(transaction,
                                &(struct identity_put_contact){.account_id = account_id,
                                                               .channel = channel_name(channel),
                                                               .sealed = sealed,
                                                               .contact_index = index},
                                NULL);
}

enum failure account_store_verify_contact(struct transaction *transaction,
                                          const struct verified_contact *contact, bool *verified)
{
    struct rows rows;
    enum failure failure = identity_verify_contact(
        transaction,
        &(struct identity_verify_contact){.account_id = contact->account_id,
                                          .channel = channel_name(contact->channel),
                                          .contact_index = contact->index,
                                          .verify_us = contact->verified_us},
        &rows);
    if (failure == FAILURE_NONE)
        *verified = rows.count > 0;
    return failure;
}

enum failure account_store_record(struct transaction *transaction, const struct trail_line *line)
{
    return identity_insert_record(
        transaction,
        &(struct identity_insert_record){.account_id = line->account_id,
                                         .record_id = id_new(line->noted_us),
                                         .record_us = line->noted_us,
                                         .kind = line->kind,
                                         .detail = line->detail,
                                         .actor_id = line->actor_id},
        NULL);
}

enum failure account_store_list_records(struct reader reader, struct id account_id,
                                        struct id after_id, size_t limit,
                                        struct onboarding_records *records)
{
    struct rows rows;
    enum failure failure = identity_list_records_alone(
        reader,
        &(struct identity_list_records){
            .account_id = account_id, .after_id = after_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    records->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *records->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_list_records_row row = identity_list_records_row(&rows, i);
        records->items[i] = (struct onboarding_record){row.record_id, row.record_us, row.kind,
                                                       row.detail, row.actor_id};
    }
    records->count = rows.count;
    return FAILURE_NONE;
}
