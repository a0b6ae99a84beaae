#include "sharing/store/organization_store.h"

#include "sharing/store/queries.h"

enum failure organization_store_create(struct transaction *transaction,
                                       struct company_key organization, struct id account_id,
                                       const char *name, int64_t now_us)
{
    return sharing_insert_organization(
        transaction,
        &(struct sharing_insert_organization){.company_id = organization.company_id,
                                              .organization_id = organization.id,
                                              .account_id = account_id,
                                              .name = name,
                                              .created_us = now_us},
        NULL);
}

enum failure organization_store_lock(struct transaction *transaction,
                                     struct company_key organization, bool *found,
                                     struct id *owner_id)
{
    struct rows rows;
    enum failure failure = sharing_lock_organization(
        transaction,
        &(struct sharing_lock_organization){.company_id = organization.company_id,
                                            .organization_id = organization.id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *found = rows.count == 1;
    if (*found)
        *owner_id = sharing_lock_organization_row(&rows, 0).account_id;
    return FAILURE_NONE;
}

static struct organization_members members_of(struct task *task, const struct rows *rows)
{
    struct organization_members list = {
        arena_alloc_array(task_arena(task), rows->count + 1, sizeof(*list.members)), rows->count};
    for (size_t i = 0; i < rows->count; i++) {
        struct sharing_read_members_row row = sharing_read_members_row(rows, i);
        list.members[i] = (struct organization_member){row.account_id, row.joined_us};
    }
    return list;
}

enum failure organization_store_read_members(struct transaction *transaction,
                                             struct company_key organization,
                                             struct organization_member **members, size_t *count)
{
    struct rows rows;
    enum failure failure =
        sharing_read_members(transaction,
                             &(struct sharing_read_members){.company_id = organization.company_id,
                                                            .organization_id = organization.id},
                             &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct organization_members list = members_of(transaction_task(transaction), &rows);
    *members = list.members;
    *count = list.count;
    return FAILURE_NONE;
}

enum failure organization_store_list_members(struct reader reader, struct company_key organization,
                                             struct id after_id, size_t limit,
                                             struct organization_members *members)
{
    struct rows rows;
    enum failure failure = sharing_list_organization_members_alone(
        reader,
        &(struct sharing_list_organization_members){.company_id = organization.company_id,
                                                    .organization_id = organization.id,
                                                    .after_id = after_id,
                                                    .limit = (int64_t)limit},
        &rows);
    if (failure == FAILURE_NONE)
        *members = members_of(reader.task, &rows);
    return failure;
}

enum failure organization_store_read(struct reader reader, struct company_key organization,
                                     bool *found, struct id *owner_id)
{
    struct rows rows;
    enum failure failure = sharing_read_organization_alone(
        reader,
        &(struct sharing_read_organization){.company_id = organization.company_id,
                                            .organization_id = organization.id},
        &rows);
    *found = failure == FAILURE_NONE && rows.count == 1;
    if (*found)
        *owner_id = sharing_read_organization_row(&rows, 0).account_id;
    return failure;
}

enum failure organization_store_list(struct reader reader, const struct organization_filter *filter,
                                     struct organization **organizations, size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_list_organizations_alone(
        reader,
        &(struct sharing_list_organizations){.company_id = filter->owner.company_id,
                                             .account_id = filter->owner.id,
                                             .name_contains = filter->name_contains,
                                             .before_id = filter->before_id,
                                             .limit = (int64_t)filter->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *count = rows.count;
    *organizations =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**organizations));
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_list_organizations_row row = sharing_list_organizations_row(&rows, i);
        (*organizations)[i] =
            (struct organization){row.organization_id, row.name, row.created_us, row.members};
    }
    return FAILURE_NONE;
}

enum failure organization_store_add(struct transaction *transaction,
                                    struct company_key organization, const struct id *account_ids,
                                    size_t count, int64_t now_us)
{
    return sharing_insert_members(
        transaction,
        &(struct sharing_insert_members){.company_id = organization.company_id,
                                         .organization_id = organization.id,
                                         .account_ids = {account_ids, count},
                                         .joined_us = now_us},
        NULL);
}

enum failure organization_store_remove(struct transaction *transaction,
                                       struct company_key organization,
                                       const struct id *account_ids, size_t count, int64_t now_us)
{
    enum failure failure = sharing_delete_members(
        transaction,
        &(struct sharing_delete_members){.company_id = organization.company_id,
                                         .organization_id = organization.id,
                                         .account_ids = {account_ids, count}},
        NULL);
    if (failure != FAILURE_NONE)
        return failure;
    return sharing_end_member_shares(
        transaction,
        &(struct sharing_end_member_shares){.company_id = organization.company_id,
                                            .organization_id = organization.id,
                                            .account_ids = {account_ids, count},
                                            .now_us = now_us},
        NULL);
}

enum failure organization_store_keep_asset(struct transaction *transaction,
                                           struct company_key organization, struct id asset_id,
                                           int64_t now_us)
{
    return sharing_insert_organization_share(
        transaction,
        &(struct sharing_insert_organization_share){.company_id = organization.company_id,
                                                    .organization_id = organization.id,
                                                    .asset_id = asset_id,
                                                    .saved_us = now_us},
        NULL);
}

enum failure organization_store_read_assets(struct transaction *transaction,
                                            struct company_key organization, int64_t now_us,
                                            struct organization_asset **assets, size_t *count)
{
    struct rows rows;
    enum failure failure = sharing_read_organization_assets(
        transaction,
        &(struct sharing_read_organization_assets){.company_id = organization.company_id,
                                                   .organization_id = organization.id,
                                                   .now_us = now_us},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *assets = arena_alloc_array(transaction_arena(transaction), rows.count + 1, sizeof(**assets));
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct sharing_read_organization_assets_row row =
            sharing_read_organization_assets_row(&rows, i);
        (*assets)[i] = (struct organization_asset){
            .asset_id = row.asset_id, .saved_us = row.saved_us, .owner_id = row.owner_account_id};
    }
    return FAILURE_NONE;
}
