/* Sharing assets with accounts and organizations. Every change of an asset's shares holds the
 * asset's row lock, so that its hundred recipients are counted one change after the other (SHR-01).
 */
#include "runtime/rpc/page.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/share_growth.h"
#include "sharing/store/account_store.h"
#include "sharing/store/organization_store.h"

#define NAME_BYTES_MAX 128

#define create_organization_read create_organization_read
#define stop_sharing_read stop_sharing_read
#define set_automatic_rule_read set_automatic_rule_read
#define list_shares_linkage extern
#define list_received_shares_linkage extern
#define list_automatic_rules_linkage extern
#define list_organizations_linkage extern
#define list_organization_members_linkage extern
#include "sharing/service/share_rpc.h"

static enum failure read_share_facts(struct mutation *mutation, const struct share_set *set,
                                     struct id owner_id, struct share_facts *facts)
{
    struct transaction *transaction = mutation->transaction;
    struct asset asset = {0};
    struct share_party *owner = NULL;
    struct share_party *recipients = NULL;
    enum failure failure = asset_store_lock(transaction, set->asset, &facts->asset.known, &asset);
    if (failure == FAILURE_NONE)
        failure = share_store_count(transaction, set->asset, owner_id, &facts->recipients_now,
                                    &facts->asset.shared_with_actor);
    if (failure == FAILURE_NONE)
        failure = account_store_read_parties(transaction, set->asset, &owner_id, 1, &owner);
    if (failure == FAILURE_NONE)
        failure = account_store_read_parties(transaction, set->asset, set->account_ids, set->count,
                                             &recipients);
    if (failure != FAILURE_NONE)
        return failure;
    facts->asset.owned_by_actor = facts->asset.known && id_equal(asset.owner_id, owner_id);
    facts->asset.revoked = asset.revoked;
    facts->asset.expire_us = asset.expire_us;
    for (size_t i = 0; i < set->count; i++)
        recipients[i].is_owner = id_equal(set->account_ids[i], owner_id);
    facts->owner = owner;
    facts->recipients = recipients;
    facts->recipient_count = set->count;
    return FAILURE_NONE;
}

/* Locks the asset and lets the rules decide whether its owner may share it. */
static int check_shares(struct mutation *mutation, const struct share_set *set, struct id owner_id)
{
    struct share_facts facts = {0};
    char text[ID_TEXT_SIZE];
    size_t refused;
    int no = read_share_facts(mutation, set, owner_id, &facts);
    if (no != 0)
        return no;
    enum share_verdict verdict = share_decide(&facts, mutation->now_us, &refused);
    if (verdict == SHARE_ACCEPTED)
        return 0;
    return call_refuse(
        mutation->call, share_refusal(verdict),
        refused < set->count
            ? REFUSAL_TERMS({"account_id", id_format(set->account_ids[refused], text)})
            : NO_TERMS);
}

static ProtobufCMessage *share_message(struct call *call, const void *share)
{
    return (ProtobufCMessage *)share_to_message(call, share);
}

/* Keeps the shares, and answers with the recipients' current ones and how many the asset has. */
static int keep_shares(struct mutation *mutation, const struct share_set *set,
                       int32_t *recipient_count, ProtobufCMessage *response)
{
    struct share_list list = {0};
    size_t distinct = 0;
    bool unused;
    int no = share_store_insert(mutation->transaction, set, mutation->now_us);
    if (no == 0)
        no = share_store_read_current(mutation->transaction, set, &list);
    if (no == 0)
        no = share_store_count(mutation->transaction, set->asset, nobody, &distinct, &unused);
    if (no != 0)
        return no;
    *recipient_count = (int32_t)distinct;
    return page_answer(mutation->call, PAGE(0, list.shares, list.count, share_id, share_message),
                       response);
}

/* ---- with accounts: effective at once (SHR-04) ---- */

static int share_with_accounts(struct mutation *mutation, const struct share_with_accounts *request,
                               Sharing__V1__ShareWithAccountsResponse *response)
{
    const struct share_set set = {.asset = {request->company_id, request->asset_id},
                                  .account_ids = request->recipient_account_ids,
                                  .active_from_us = repeat_time(mutation->call, mutation->now_us,
                                                                request->n_recipient_account_ids),
                                  .count = request->n_recipient_account_ids};
    int no = check_shares(mutation, &set, request->account_id);
    return no != 0 ? no : keep_shares(mutation, &set, &response->recipient_count, &response->base);
}

/* ---- with an organization: effective a minute later (SHR-05) ---- */

static int lock_organization(struct mutation *mutation, struct company_key organization,
                             struct id actor_id)
{
    struct claim claim = {.actor_id = actor_id};
    int no =
        organization_store_lock(mutation->transaction, organization, &claim.found, &claim.owner_id);
    return no == 0 ? refuse_unless(mutation->call, organization_claim_decide(&claim)) : no;
}

/* The members but the owner, and from when their share counts. */
static enum failure read_members(struct mutation *mutation, struct id owner_id,
                                 struct share_set *set)
{
    struct arena *arena = call_arena(mutation->call);
    struct organization_member *members = NULL;
    size_t count = 0;
    enum failure failure = organization_store_read_members(
        mutation->transaction, (struct company_key){set->asset.company_id, set->organization_id},
        &members, &count);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = arena_alloc_array(arena, count + 1, sizeof(*ids));
    int64_t *active_from_us = arena_alloc_array(arena, count + 1, sizeof(*active_from_us));
    for (size_t i = 0; i < count; i++) {
        if (id_equal(members[i].account_id, owner_id))
            continue;
        ids[set->count] = members[i].account_id;
        active_from_us[set->count++] =
            share_organization_active_from_us(mutation->now_us, members[i].joined_us);
    }
    set->account_ids = ids;
    set->active_from_us = active_from_us;
    return FAILURE_NONE;
}

static int share_with_organization(struct mutation *mutation,
                                   const struct share_with_organization *request,
                                   Sharing__V1__ShareWithOrganizationResponse *response)
{
    const struct company_key organization = {request->company_id, request->organization_id};
    struct share_set set = {.asset = {request->company_id, request->asset_id},
                            .organization_id = request->organization_id};
    int no = lock_organization(mutation, organization, request->account_id);
    if (no == 0)
        no = read_members(mutation, request->account_id, &set);
    if (no == 0)
        no = check_shares(mutation, &set, request->account_id);
    if (no == 0)
        no = organization_store_keep_asset(mutation->transaction, organization, request->asset_id,
                                           mutation->now_us);
    return no != 0 ? no : keep_shares(mutation, &set, &response->recipient_count, &response->base);
}

/* ---- ending and listing ---- */

static void stop_sharing_read(struct call *call, const Sharing__V1__StopSharingRequest *message,
                              struct stop_sharing *request)
{
    stop_sharing_fields(call, message, request);
    if (request->n_recipient_account_ids == 0 && id_is_nil(request->organization_id))
        call_add_field_violation(call, "recipient_account_ids", FAULT_REQUIRED,
                                 "Must name accounts, unless an organization is named.");
}

static int stop_sharing(struct mutation *mutation, const struct stop_sharing *request,
                        Sharing__V1__StopSharingResponse *response)
{
    const struct share_set set = {.asset = {request->company_id, request->asset_id},
                                  .organization_id = request->organization_id,
                                  .account_ids = request->recipient_account_ids,
                                  .count = request->n_recipient_account_ids};
    struct asset asset = {0};
    bool found;
    bool by_organization = !id_is_nil(set.organization_id);
    int no = 0;
    if (by_organization)
        no = lock_organization(mutation,
                               (struct company_key){request->company_id, set.organization_id},
                               request->account_id);
    if (no == 0)
        no = asset_store_lock(mutation->transaction, set.asset, &found, &asset);
    if (no == 0)
        no = refuse_unless(mutation->call, asset_claim_decide(&(const struct claim){
                                               found, asset.owner_id, request->account_id}));
    if (no == 0)
        no = share_store_end(mutation->transaction, &set, mutation->now_us, &response->ended_count);
    return no == 0 && by_organization
               ? share_store_end_organization(mutation->transaction, &set, mutation->now_us,
                                              &response->ended_count)
               : no;
}

/* ---- automatic rules (SHR-07) ---- */

/* Whether each is a verified account of the company. */
static int check_parties(struct mutation *mutation, struct id company_id, const struct id *ids,
                         size_t count)
{
    struct share_party *parties = NULL;
    int no = account_store_read_parties(
        mutation->transaction, (struct company_key){company_id, nobody}, ids, count, &parties);
    return no == 0 ? refuse_parties(mutation->call, parties, ids, count) : no;
}

static void set_automatic_rule_read(struct call *call,
                                    const Sharing__V1__SetAutomaticRuleRequest *message,
                                    struct set_automatic_rule *request)
{
    set_automatic_rule_fields(call, message, request);
    if (request->kind < SHARING__V1__ASSET_KIND__ASSET_KIND_SAVINGS_PLAN ||
        request->kind > SHARING__V1__ASSET_KIND__ASSET_KIND_COUPON)
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE, "Must be a kind of asset.");
}

static int set_automatic_rule(struct mutation *mutation, const struct set_automatic_rule *request,
                              Sharing__V1__SetAutomaticRuleResponse *response)
{
    const struct automatic_rule rule = {.owner = {request->company_id, request->account_id},
                                        .kind = request->kind,
                                        .recipient_ids = request->recipient_account_ids,
                                        .count = request->n_recipient_account_ids,
                                        .organization_id = request->organization_id};
    int no = 0;
    (void)response;
    if (!id_is_nil(rule.organization_id))
        no = lock_organization(mutation,
                               (struct company_key){request->company_id, rule.organization_id},
                               request->account_id);
    if (no == 0)
        no = check_parties(mutation, request->company_id, rule.recipient_ids, rule.count);
    return no == 0 ? rule_store_save(mutation->transaction, &rule, mutation->now_us) : no;
}

/* ---- organizations ---- */

static void create_organization_read(struct call *call,
                                     const Sharing__V1__CreateOrganizationRequest *message,
                                     struct create_organization *request)
{
    create_organization_fields(call, message, request);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
}

static int check_founder(struct mutation *mutation, const struct create_organization *request)
{
    struct share_party *founder = NULL;
    int no = account_store_read_parties(mutation->transaction,
                                        (struct company_key){request->company_id, nobody},
                                        &request->account_id, 1, &founder);
    return no == 0 ? refuse_parties(mutation->call, founder, NULL, 1) : no;
}

static int create_organization(struct mutation *mutation, const struct create_organization *request,
                               Sharing__V1__CreateOrganizationResponse *response)
{
    const struct company_key organization = {request->company_id, id_new(mutation->now_us)};
    int no = check_founder(mutation, request);
    if (no == 0)
        no = check_parties(mutation, request->company_id, request->member_account_ids,
                           request->n_member_account_ids);
    if (no == 0)
        no = organization_store_create(mutation->transaction, organization, request->account_id,
                                       request->name, mutation->now_us);
    if (no == 0)
        no =
            organization_store_add(mutation->transaction, organization, request->member_account_ids,
                                   request->n_member_account_ids, mutation->now_us);
    if (no == 0)
        response->organization_id = id_to_message(mutation->call, organization.id);
    return no;
}

static int update_organization_members(struct mutation *mutation,
                                       const struct update_organization_members *request,
                                       Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    const struct company_key organization = {request->company_id, request->organization_id};
    struct organization_member *members = NULL;
    size_t member_count = 0;
    int no = lock_organization(mutation, organization, request->account_id);
    if (no == 0)
        no = check_parties(mutation, request->company_id, request->add_account_ids,
                           request->n_add_account_ids);
    if (no == 0)
        no = organization_store_remove(mutation->transaction, organization,
                                       request->remove_account_ids, request->n_remove_account_ids,
                                       mutation->now_us);
    if (no == 0)
        no = organization_store_add(mutation->transaction, organization, request->add_account_ids,
                                    request->n_add_account_ids, mutation->now_us);
    if (no == 0)
        no = organization_store_read_members(mutation->transaction, organization, &members,
                                             &member_count);
    if (no == 0)
        no = refuse_unless(mutation->call, organization_size_decide(member_count));
    return no == 0 ? follow_assets(mutation, request, response) : no;
}
