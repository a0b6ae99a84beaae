#include "sharing/service/share_growth.h"

#include "runtime/database/outbox.h"
#include "runtime/idempotency/call_once.h"
#include "sharing/domain/share.h"
#include "sharing/store/account_store.h"
#include "sharing/store/organization_store.h"

/* One more account for an asset whose row is locked, or new. */
struct newcomer {
    struct company_key asset;
    struct id account_id;
    struct id organization_id;
    int64_t active_from_us;
    struct share_party party;
    enum share_verdict (*decide)(const struct share_party *party, size_t recipients_now);
};

static enum failure append_left_out(struct transaction *transaction,
                                    const struct newcomer *newcomer, int64_t now_us)
{
    char asset_text[ID_TEXT_SIZE];
    char account_text[ID_TEXT_SIZE];
    char organization_text[ID_TEXT_SIZE];
    Sharing__V1__ShareLimitReached event = SHARING__V1__SHARE_LIMIT_REACHED__INIT;
    event.asset_id = id_format(newcomer->asset.id, asset_text);
    event.account_id = id_format(newcomer->account_id, account_text);
    event.organization_id = id_format(newcomer->organization_id, organization_text);
    uint8_t packed[3 * (ID_TEXT_SIZE + 4)];
    size_t size = sharing__v1__share_limit_reached__pack(&event, packed);
    return outbox_append(transaction, newcomer->asset.company_id, "sharing.v1.ShareLimitReached",
                         packed, size, now_us);
}

static enum failure insert_share(struct transaction *transaction, const struct newcomer *newcomer,
                                 int64_t now_us)
{
    const struct share_set set = {.asset = newcomer->asset,
                                  .organization_id = newcomer->organization_id,
                                  .account_ids = &newcomer->account_id,
                                  .active_from_us = &newcomer->active_from_us,
                                  .count = 1};
    return share_store_insert(transaction, &set, now_us);
}

/* Shares with the newcomer if it may have the asset; an event tells when there is no room for it.
 */
static enum failure share_with(struct transaction *transaction, struct newcomer *newcomer,
                               int64_t now_us, enum share_verdict *verdict)
{
    size_t recipients_now;
    enum failure failure = share_store_count(transaction, newcomer->asset, newcomer->account_id,
                                             &recipients_now, &newcomer->party.has_share);
    if (failure != FAILURE_NONE)
        return failure;
    *verdict = newcomer->decide(&newcomer->party, recipients_now);
    if (*verdict == SHARE_LIMIT_REACHED)
        return append_left_out(transaction, newcomer, now_us);
    return *verdict == SHARE_ACCEPTED ? insert_share(transaction, newcomer, now_us) : FAILURE_NONE;
}

enum failure share_by_rule(struct transaction *transaction, struct id company_id,
                           const struct asset *asset, int64_t now_us)
{
    struct rule_recipient *recipients = NULL;
    size_t count = 0;
    enum failure failure =
        rule_store_read_recipients(transaction, (struct company_key){company_id, asset->owner_id},
                                   asset->kind, &recipients, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct newcomer newcomer = {
            .asset = {company_id, asset->asset_id},
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
        failure = share_with(transaction, &newcomer, now_us, &verdict);
    }
    return failure;
}

/* ---- joiners of an organization ---- */

static void answer_left_out(struct call *call, const struct newcomer *newcomer,
                            Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    const struct share share = {.asset_id = newcomer->asset.id,
                                .account_id = newcomer->account_id,
                                .organization_id = newcomer->organization_id,
                                .active = {0, INTERVAL_OPEN}};
    Sharing__V1__Share *message = share_to_message(call, &share);
    message->active_from_time = NULL;
    response->left_out[response->n_left_out++] = message;
}

/* The joiners follow one asset, as far as it has room. */
static enum failure follow_asset(struct mutation *mutation,
                                 const struct update_organization_members *request,
                                 const struct organization_asset *followed,
                                 Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    const struct company_key key = {request->company_id, followed->asset_id};
    struct asset asset;
    bool found;
    enum failure failure = asset_store_lock(mutation->transaction, key, &found, &asset);
    for (size_t i = 0; failure == FAILURE_NONE && i < request->n_add_account_ids; i++) {
        struct newcomer newcomer = {
            .asset = key,
            .account_id = request->add_account_ids[i],
            .organization_id = request->organization_id,
            .active_from_us =
                share_organization_active_from_us(followed->saved_us, mutation->now_us),
            .party.is_owner = id_equal(request->add_account_ids[i], followed->owner_id),
            .decide = share_by_joining_decide};
        enum share_verdict verdict = SHARE_ACCEPTED;
        failure = share_with(mutation->transaction, &newcomer, mutation->now_us, &verdict);
        if (failure == FAILURE_NONE && verdict == SHARE_LIMIT_REACHED)
            answer_left_out(mutation->call, &newcomer, response);
    }
    return failure;
}

enum failure follow_assets(struct mutation *mutation,
                           const struct update_organization_members *request,
                           Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    struct organization_asset *assets = NULL;
    size_t count = 0;
    enum failure failure = organization_store_read_assets(
        mutation->transaction, (struct company_key){request->company_id, request->organization_id},
        mutation->now_us, &assets, &count);
    if (failure != FAILURE_NONE)
        return failure;
    response->n_left_out = 0;
    response->left_out =
        arena_try_alloc_array(call_arena(mutation->call), count * request->n_add_account_ids + 1,
                              sizeof(*response->left_out));
    if (response->left_out == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        failure = follow_asset(mutation, request, &assets[i], response);
    return failure;
}
