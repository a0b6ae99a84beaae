/* Sharing assets with accounts and organizations. Every change of an asset's shares holds the
 * asset's row lock, so that its hundred recipients are counted one change after the other (SHR-01).
 */
#include "runtime/rpc/page.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/share_growth.h"
#include "sharing/store/account_store.h"

#define MEMBERS_MAX 1000
#define NAME_BYTES_MAX 128

#define create_organization_read create_organization_read
#define set_automatic_rule_read set_automatic_rule_read
#include "sharing/service/share_rpc.h"

static const struct id nobody = {{0}};

/* An asset, whom its owner shares it with, and from when each share counts. */
struct sharing_plan {
    struct id company_id;
    struct id owner_id;
    struct id asset_id;
    struct id organization_id; /* nil: directly */
    const struct id *recipients;
    int64_t *active_from_us;
    size_t count;
};

static int refuse_recipient(struct call *call, enum share_verdict verdict,
                            const struct id *recipient)
{
    char text[ID_TEXT_SIZE];
    return call_refuse(call, share_refusal(verdict),
                       REFUSAL_TERMS({"account_id", id_format(*recipient, text)}));
}

/* Locks the asset and lets the rules decide whether its owner may share it with the recipients. */
static int judge(struct mutation *mutation, const struct sharing_plan *plan)
{
    struct transaction *transaction = mutation->transaction;
    struct asset asset = {0};
    struct share_asset facts = {0};
    size_t recipients_now = 0;
    struct share_party *owner = NULL;
    struct share_party *parties = NULL;
    int no = asset_store_lock(transaction, plan->company_id, plan->asset_id, &facts.known, &asset);
    if (no == 0)
        no = share_store_count(transaction, plan->company_id, plan->asset_id, plan->owner_id,
                               &recipients_now, &facts.shared_with_actor);
    if (no == 0)
        no = account_store_read_parties(transaction, plan->company_id, plan->asset_id,
                                        &plan->owner_id, 1, &owner);
    if (no == 0)
        no = account_store_read_parties(transaction, plan->company_id, plan->asset_id,
                                        plan->recipients, plan->count, &parties);
    if (no != 0)
        return no;
    facts.owned_by_actor = facts.known && id_equal(asset.owner_id, plan->owner_id);
    facts.revoked = asset.revoked;
    facts.expire_us = asset.expire_us;
    for (size_t i = 0; i < plan->count; i++)
        parties[i].is_owner = id_equal(plan->recipients[i], plan->owner_id);
    size_t refused;
    enum share_verdict verdict = share_decide(&facts, owner, parties, plan->count, recipients_now,
                                              mutation->now_us, &refused);
    if (verdict == SHARE_ACCEPTED)
        return 0;
    return refused < plan->count
               ? refuse_recipient(mutation->call, verdict, &plan->recipients[refused])
               : call_refuse(mutation->call, share_refusal(verdict), NO_TERMS);
}

static ProtobufCMessage *share_message(struct call *call, const void *share)
{
    return (ProtobufCMessage *)share_to_message(call, share);
}

/* Keeps the shares, and answers with the recipients' current ones and how many the asset has. */
static int keep_shares(struct mutation *mutation, const struct sharing_plan *plan,
                       int32_t *recipient_count, ProtobufCMessage *response)
{
    struct share *shares = NULL;
    size_t count = 0;
    size_t distinct = 0;
    bool unused;
    int no = share_store_insert(mutation->transaction, plan->company_id, plan->asset_id,
                                plan->organization_id, plan->recipients, plan->active_from_us,
                                plan->count, mutation->now_us);
    if (no == 0)
        no = share_store_read_current(mutation->transaction, plan->company_id, plan->asset_id,
                                      plan->recipients, plan->count, &shares, &count);
    if (no == 0)
        no = share_store_count(mutation->transaction, plan->company_id, plan->asset_id, nobody,
                               &distinct, &unused);
    if (no != 0)
        return no;
    *recipient_count = (int32_t)distinct;
    return page_answer(mutation->call, PAGE(0, shares, count, share_id, share_message), response);
}

/* ---- with accounts: effective at once (SHR-04) ---- */

static int share_with_accounts(struct mutation *mutation, const struct share_with_accounts *request,
                               Sharing__V1__ShareWithAccountsResponse *response)
{
    struct sharing_plan plan = {.company_id = request->company_id,
                                .owner_id = request->account_id,
                                .asset_id = request->asset_id,
                                .recipients = request->recipient_account_ids,
                                .count = request->n_recipient_account_ids};
    plan.active_from_us = repeat_time(mutation->call, mutation->now_us, plan.count);
    int no = judge(mutation, &plan);
    return no != 0 ? no : keep_shares(mutation, &plan, &response->recipient_count, &response->base);
}

/* ---- with an organization: effective a minute later (SHR-05) ---- */

static int lock_organization(struct mutation *mutation, struct id company_id,
                             struct id organization_id, struct id account_id)
{
    bool found;
    struct id owner_id = nobody;
    int no = organization_store_lock(mutation->transaction, company_id, organization_id, &found,
                                     &owner_id);
    if (no == 0 && !(found && id_equal(owner_id, account_id)))
        return call_refuse(mutation->call, &no_such_organization, NO_TERMS);
    return no;
}

/* The members but the owner, and from when their share counts. */
static enum failure plan_members(struct mutation *mutation, struct sharing_plan *plan)
{
    struct arena *arena = call_arena(mutation->call);
    struct organization_member *members = NULL;
    size_t count = 0;
    enum failure failure = organization_store_read_members(mutation->transaction, plan->company_id,
                                                           plan->organization_id, &members, &count);
    if (failure != FAILURE_NONE)
        return failure;
    struct id *ids = arena_alloc_array(arena, count + 1, sizeof(*ids));
    plan->active_from_us = arena_alloc_array(arena, count + 1, sizeof(*plan->active_from_us));
    plan->recipients = ids;
    for (size_t i = 0; i < count; i++) {
        if (id_equal(members[i].account_id, plan->owner_id))
            continue;
        ids[plan->count] = members[i].account_id;
        plan->active_from_us[plan->count++] =
            share_organization_active_from_us(mutation->now_us, members[i].joined_us);
    }
    return FAILURE_NONE;
}

static int share_with_organization(struct mutation *mutation,
                                   const struct share_with_organization *request,
                                   Sharing__V1__ShareWithOrganizationResponse *response)
{
    struct sharing_plan plan = {.company_id = request->company_id,
                                .owner_id = request->account_id,
                                .asset_id = request->asset_id,
                                .organization_id = request->organization_id};
    int no = lock_organization(mutation, plan.company_id, plan.organization_id, plan.owner_id);
    if (no == 0)
        no = plan_members(mutation, &plan);
    if (no == 0)
        no = judge(mutation, &plan);
    if (no == 0)
        no = share_store_remember_organization(mutation->transaction, plan.company_id,
                                               plan.organization_id, plan.asset_id,
                                               mutation->now_us);
    return no != 0 ? no : keep_shares(mutation, &plan, &response->recipient_count, &response->base);
}

/* ---- ending and listing ---- */

static int stop_sharing(struct mutation *mutation, const struct stop_sharing *request,
                        Sharing__V1__StopSharingResponse *response)
{
    struct asset asset = {0};
    bool found;
    int no = asset_store_lock(mutation->transaction, request->company_id, request->asset_id, &found,
                              &asset);
    if (no == 0 && !(found && id_equal(asset.owner_id, request->account_id)))
        return call_refuse(mutation->call, &no_such_asset, NO_TERMS);
    if (no == 0)
        no = share_store_end(mutation->transaction, request->company_id, request->asset_id,
                             request->recipient_account_ids, request->n_recipient_account_ids,
                             mutation->now_us, &response->ended_count);
    return no;
}

static int list_shares(struct call *call, const struct list_shares *request,
                       Sharing__V1__ListSharesResponse *response)
{
    struct asset asset = {0};
    struct share *shares = NULL;
    size_t count = 0;
    bool found;
    int no = asset_store_read(sharing_reader(call), request->company_id, request->asset_id, &found,
                              &asset);
    if (no == 0 && !(found && id_equal(asset.owner_id, request->account_id)))
        return call_refuse(call, &no_such_asset, NO_TERMS);
    if (no == 0)
        no = share_store_list(sharing_reader(call), request->company_id, request->asset_id,
                              request->before_id, page_limit(request->page_size), &shares, &count);
    return no != 0
               ? no
               : page_answer(call, PAGE(request->page_size, shares, count, share_id, share_message),
                             &response->base);
}

/* ---- automatic rules (SHR-07) ---- */

/* Whether each is a verified account of the company. */
static int judge_parties(struct mutation *mutation, struct id company_id, const struct id *ids,
                         size_t count)
{
    struct share_party *parties = NULL;
    int no =
        account_store_read_parties(mutation->transaction, company_id, nobody, ids, count, &parties);
    for (size_t i = 0; no == 0 && i < count; i++) {
        enum share_verdict verdict = share_party_judge(&parties[i]);
        if (verdict != SHARE_ACCEPTED)
            no = refuse_recipient(mutation->call, verdict, &ids[i]);
    }
    return no;
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
    int no = 0;
    (void)response;
    if (!id_is_nil(request->organization_id))
        no = lock_organization(mutation, request->company_id, request->organization_id,
                               request->account_id);
    if (no == 0)
        no = judge_parties(mutation, request->company_id, request->recipient_account_ids,
                           request->n_recipient_account_ids);
    if (no == 0)
        no = rule_store_save(mutation->transaction, request->company_id, request->account_id,
                             request->kind, request->recipient_account_ids,
                             request->n_recipient_account_ids, request->organization_id,
                             mutation->now_us);
    return no;
}

/* ---- organizations ---- */

static void create_organization_read(struct call *call,
                                     const Sharing__V1__CreateOrganizationRequest *message,
                                     struct create_organization *request)
{
    create_organization_fields(call, message, request);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
}

static int judge_founder(struct mutation *mutation, const struct create_organization *request)
{
    struct share_party *founder = NULL;
    int no = account_store_read_parties(mutation->transaction, request->company_id, nobody,
                                        &request->account_id, 1, &founder);
    if (no != 0)
        return no;
    enum share_verdict verdict = share_party_judge(founder);
    return verdict == SHARE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, share_refusal(verdict), NO_TERMS);
}

static int create_organization(struct mutation *mutation, const struct create_organization *request,
                               Sharing__V1__CreateOrganizationResponse *response)
{
    struct id organization_id = id_new(mutation->now_us);
    int no = judge_founder(mutation, request);
    if (no == 0)
        no = judge_parties(mutation, request->company_id, request->member_account_ids,
                           request->n_member_account_ids);
    if (no == 0)
        no = organization_store_create(mutation->transaction, request->company_id, organization_id,
                                       request->account_id, request->name, mutation->now_us);
    if (no == 0)
        no = organization_store_add(mutation->transaction, request->company_id, organization_id,
                                    request->member_account_ids, request->n_member_account_ids,
                                    mutation->now_us);
    if (no != 0)
        return no;
    response->organization_id = id_to_message(mutation->call, organization_id);
    return 0;
}

static int update_organization_members(struct mutation *mutation,
                                       const struct update_organization_members *request,
                                       Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    struct organization_member *members = NULL;
    size_t member_count = 0;
    int no = lock_organization(mutation, request->company_id, request->organization_id,
                               request->account_id);
    if (no == 0)
        no = judge_parties(mutation, request->company_id, request->add_account_ids,
                           request->n_add_account_ids);
    if (no == 0)
        no = organization_store_remove(mutation->transaction, request->company_id,
                                       request->organization_id, request->remove_account_ids,
                                       request->n_remove_account_ids, mutation->now_us);
    if (no == 0)
        no = organization_store_add(mutation->transaction, request->company_id,
                                    request->organization_id, request->add_account_ids,
                                    request->n_add_account_ids, mutation->now_us);
    if (no == 0)
        no = organization_store_read_members(mutation->transaction, request->company_id,
                                             request->organization_id, &members, &member_count);
    if (no == 0 && member_count > MEMBERS_MAX)
        no = call_refuse(mutation->call, &too_many_members, NO_TERMS);
    return no != 0 ? no : follow_assets(mutation, request, response);
}
