#include "sharing/service/share_growth.h"

#include "runtime/database/outbox.h"
#include "runtime/idempotency/call_once.h"
#include "sharing/domain/share.h"
#include "sharing/store/account_store.h"

static enum failure tell_left_out(struct transaction *transaction, struct id company_id,
                                  struct id asset_id, struct id account_id,
                                  struct id organization_id, int64_t now_us)
{
    char asset_text[ID_TEXT_SIZE];
    char account_text[ID_TEXT_SIZE];
    char organization_text[ID_TEXT_SIZE];
    Sharing__V1__ShareLimitReached event = SHARING__V1__SHARE_LIMIT_REACHED__INIT;
    event.asset_id = id_format(asset_id, asset_text);
    event.account_id = id_format(account_id, account_text);
    event.organization_id = id_format(organization_id, organization_text);
    uint8_t packed[3 * (ID_TEXT_SIZE + 4)];
    size_t size = sharing__v1__share_limit_reached__pack(&event, packed);
    return outbox_append(transaction, company_id, "sharing.v1.ShareLimitReached", packed, size,
                         now_us);
}

/* Shares an asset (whose row is locked, or new) with one more account, if there is room for it. */
static enum failure share_or_tell(struct transaction *transaction, struct id company_id,
                                  struct id asset_id, struct id account_id,
                                  struct id organization_id, int64_t active_from_us, int64_t now_us,
                                  bool *shared)
{
    size_t recipients_now;
    bool has_share;
    enum failure failure = share_store_count(transaction, company_id, asset_id, account_id,
                                             &recipients_now, &has_share);
    if (failure != FAILURE_NONE)
        return failure;
    *shared = has_share || share_has_room(recipients_now);
    if (!*shared)
        return tell_left_out(transaction, company_id, asset_id, account_id, organization_id,
                             now_us);
    return share_store_insert(transaction, company_id, asset_id, organization_id, &account_id,
                              &active_from_us, 1, now_us);
}

enum failure share_by_rule(struct transaction *transaction, struct id company_id,
                           const struct asset *asset, int64_t now_us)
{
    struct rule_recipient *recipients = NULL;
    size_t count = 0;
    enum failure failure = rule_store_read_recipients(transaction, company_id, asset->owner_id,
                                                      asset->kind, &recipients, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct share_party party = {.known = true,
                                    .corporate = recipients[i].corporate,
                                    .verified = recipients[i].verified,
                                    .same_company = true};
        bool shared;
        /* SHR-03: who is no longer of the company when the asset is provisioned is passed over. */
        if (share_party_judge(&party) != SHARE_ACCEPTED ||
            id_equal(recipients[i].account_id, asset->owner_id))
            continue;
        failure =
            share_or_tell(transaction, company_id, asset->asset_id, recipients[i].account_id,
                          recipients[i].organization_id,
                          share_automatic_active_from_us(asset->provisioned_us), now_us, &shared);
    }
    return failure;
}

static enum failure leave_out(struct call *call,
                              Sharing__V1__UpdateOrganizationMembersResponse *answer,
                              const struct update_organization_members *request, struct id asset_id,
                              struct id account_id)
{
    const struct share share = {.asset_id = asset_id,
                                .account_id = account_id,
                                .organization_id = request->organization_id,
                                .active = {0, INTERVAL_OPEN}};
    Sharing__V1__Share *message = share_to_message(call, &share);
    if (message == NULL)
        return FAILURE_EXHAUSTED;
    message->active_from_time = NULL;
    answer->left_out[answer->n_left_out++] = message;
    return FAILURE_NONE;
}

/* The joiners follow the assets that are shared with their organization, each as far as it has
 * room. */
enum failure follow_assets(struct mutation *mutation,
                           const struct update_organization_members *request,
                           Sharing__V1__UpdateOrganizationMembersResponse *answer)
{
    struct organization_asset *assets = NULL;
    size_t asset_count = 0;
    enum failure failure = organization_store_read_assets(
        mutation->transaction, request->company_id, request->organization_id, mutation->now_us,
        &assets, &asset_count);
    if (failure != FAILURE_NONE)
        return failure;
    answer->n_left_out = 0;
    answer->left_out =
        arena_alloc_array(call_arena(mutation->call), asset_count * request->n_add_account_ids + 1,
                          sizeof(*answer->left_out));
    if (answer->left_out == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t a = 0; failure == FAILURE_NONE && a < asset_count; a++) {
        struct asset asset;
        bool found;
        failure = asset_store_lock(mutation->transaction, request->company_id, assets[a].asset_id,
                                   &found, &asset);
        for (size_t i = 0; failure == FAILURE_NONE && i < request->n_add_account_ids; i++) {
            bool shared = true;
            if (id_equal(request->add_account_ids[i], assets[a].owner_id))
                continue;
            failure = share_or_tell(
                mutation->transaction, request->company_id, assets[a].asset_id,
                request->add_account_ids[i], request->organization_id,
                share_organization_active_from_us(assets[a].saved_us, mutation->now_us),
                mutation->now_us, &shared);
            if (failure == FAILURE_NONE && !shared)
                failure = leave_out(mutation->call, answer, request, assets[a].asset_id,
                                    request->add_account_ids[i]);
        }
    }
    return failure;
}
