#include "sharing/service/share_growth.h"

#include "runtime/database/outbox.h"
#include "runtime/idempotency/call_once.h"
#include "sharing/domain/share.h"
#include "sharing/store/account_store.h"

/* One more account for an asset whose row is locked, or new. */
struct newcomer {
    struct id company_id;
    struct id asset_id;
    struct id account_id;
    struct id organization_id;
    int64_t active_from_us;
    struct share_party party;
    enum share_verdict (*decide)(const struct share_party *party, size_t recipients_now);
};

static enum failure tell_left_out(struct transaction *transaction, const struct newcomer *newcomer,
                                  int64_t now_us)
{
    char asset_text[ID_TEXT_SIZE];
    char account_text[ID_TEXT_SIZE];
    char organization_text[ID_TEXT_SIZE];
    Sharing__V1__ShareLimitReached event = SHARING__V1__SHARE_LIMIT_REACHED__INIT;
    event.asset_id = id_format(newcomer->asset_id, asset_text);
    event.account_id = id_format(newcomer->account_id, account_text);
    event.organization_id = id_format(newcomer->organization_id, organization_text);
    uint8_t packed[3 * (ID_TEXT_SIZE + 4)];
    size_t size = sharing__v1__share_limit_reached__pack(&event, packed);
    return outbox_append(transaction, newcomer->company_id, "sharing.v1.ShareLimitReached", packed,
                         size, now_us);
}

/* Shares with the newcomer if it may have the asset, and tells when there is no room for it. */
static enum failure share_or_tell(struct transaction *transaction, struct newcomer *newcomer,
                                  int64_t now_us, enum share_verdict *verdict)
{
    size_t recipients_now;
    enum failure failure =
        share_store_count(transaction, newcomer->company_id, newcomer->asset_id,
                          newcomer->account_id, &recipients_now, &newcomer->party.has_share);
    if (failure != FAILURE_NONE)
        return failure;
    *verdict = newcomer->decide(&newcomer->party, recipients_now);
    if (*verdict == SHARE_LIMIT_REACHED)
        return tell_left_out(transaction, newcomer, now_us);
    return *verdict != SHARE_ACCEPTED
               ? FAILURE_NONE
               : share_store_insert(transaction, newcomer->company_id, newcomer->asset_id,
                                    newcomer->organization_id, &newcomer->account_id,
                                    &newcomer->active_from_us, 1, now_us);
}

enum failure share_by_rule(struct transaction *transaction, struct id company_id,
                           const struct asset *asset, int64_t now_us)
{
    struct rule_recipient *recipients = NULL;
    size_t count = 0;
    enum failure failure = rule_store_read_recipients(transaction, company_id, asset->owner_id,
                                                      asset->kind, &recipients, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct newcomer newcomer = {
            .company_id = company_id,
            .asset_id = asset->asset_id,
            .account_id = recipients[i].account_id,
            .organization_id = recipients[i].organization_id,
            .active_from_us = share_automatic_active_from_us(asset->provisioned_us),
            .party = {.known = true,
                      .is_owner = id_equal(recipients[i].account_id, asset->owner_id),
                      .corporate = recipients[i].corporate,
                      .verified = recipients[i].verified,
                      .same_company = true},
            .decide = share_by_rule_decide};
        enum share_verdict verdict;
        failure = share_or_tell(transaction, &newcomer, now_us, &verdict);
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
    answer->left_out = arena_try_alloc_array(call_arena(mutation->call),
                                             asset_count * request->n_add_account_ids + 1,
                                             sizeof(*answer->left_out));
    if (answer->left_out == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t a = 0; failure == FAILURE_NONE && a < asset_count; a++) {
        struct asset asset;
        bool found;
        failure = asset_store_lock(mutation->transaction, request->company_id, assets[a].asset_id,
                                   &found, &asset);
        for (size_t i = 0; failure == FAILURE_NONE && i < request->n_add_account_ids; i++) {
            struct newcomer newcomer = {
                .company_id = request->company_id,
                .asset_id = assets[a].asset_id,
                .account_id = request->add_account_ids[i],
                .organization_id = request->organization_id,
                .active_from_us =
                    share_organization_active_from_us(assets[a].saved_us, mutation->now_us),
                .party.is_owner = id_equal(request->add_account_ids[i], assets[a].owner_id),
                .decide = share_by_joining_decide};
            enum share_verdict verdict = SHARE_ACCEPTED;
            failure = share_or_tell(mutation->transaction, &newcomer, mutation->now_us, &verdict);
            if (failure == FAILURE_NONE && verdict == SHARE_LIMIT_REACHED)
                failure = leave_out(mutation->call, answer, request, assets[a].asset_id,
                                    request->add_account_ids[i]);
        }
    }
    return failure;
}
