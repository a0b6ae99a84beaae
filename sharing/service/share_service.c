/* Sharing assets with accounts and organizations. Every change of an asset's shares holds the
 * asset's row lock, so that its hundred recipients are counted one change after the other (SHR-01).
 */
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "sharing/domain/refusals.h"
#include "sharing/service/share_growth.h"
#include "sharing/store/account_store.h"

#define MEMBERS_MAX 1000
#define NAME_BYTES_MAX 128

static const struct id nobody = {{0}};

static int refuse_share(struct call *call, enum share_verdict verdict, const struct id *recipients,
                        size_t recipient_count, size_t refused)
{
    if (refused >= recipient_count)
        return call_refuse(call, share_refusal(verdict), NO_TERMS);
    char text[ID_TEXT_SIZE];
    return call_refuse(call, share_refusal(verdict),
                       REFUSAL_TERMS({"account_id", id_format(recipients[refused], text)}));
}

/* Locks the asset and lets the rules decide whether its owner may share it with the recipients. */
static int judge(struct mutation *mutation, const struct share_call *sharing,
                 const struct id *recipients, size_t recipient_count, int64_t now_us)
{
    struct asset asset = {0};
    struct share_asset facts = {0};
    size_t recipients_now = 0;
    struct share_party *owner = NULL;
    struct share_party *parties = NULL;
    int no = asset_store_lock(mutation->transaction, sharing->company_id, sharing->asset_id,
                              &facts.known, &asset);
    if (no == 0)
        no = share_store_count(mutation->transaction, sharing->company_id, sharing->asset_id,
                               sharing->account_id, &recipients_now, &facts.shared_with_actor);
    if (no == 0)
        no = account_store_read_parties(mutation->transaction, sharing->company_id,
                                        sharing->asset_id, &sharing->account_id, 1, &owner);
    if (no == 0)
        no = account_store_read_parties(mutation->transaction, sharing->company_id,
                                        sharing->asset_id, recipients, recipient_count, &parties);
    if (no != 0)
        return no;
    facts.owned_by_actor = facts.known && id_equal(asset.owner_id, sharing->account_id);
    facts.revoked = asset.revoked;
    facts.expire_us = asset.expire_us;
    for (size_t i = 0; i < recipient_count; i++)
        parties[i].is_owner = id_equal(recipients[i], sharing->account_id);
    size_t refused;
    enum share_verdict verdict =
        share_decide(&facts, owner, parties, recipient_count, recipients_now, now_us, &refused);
    return verdict == SHARE_ACCEPTED
               ? 0
               : refuse_share(mutation->call, verdict, recipients, recipient_count, refused);
}

/* Fills an answer with the current shares of the recipients and the number of recipients. */
static enum failure answer_shares(struct mutation *mutation, const struct share_call *sharing,
                                  const struct id *recipients, size_t recipient_count,
                                  Sharing__V1__Share ***messages, size_t *message_count,
                                  int32_t *recipients_now)
{
    struct share *shares = NULL;
    size_t distinct;
    bool unused;
    enum failure failure =
        share_store_read_current(mutation->transaction, sharing->company_id, sharing->asset_id,
                                 recipients, recipient_count, &shares, message_count);
    if (failure == FAILURE_NONE)
        failure = share_store_count(mutation->transaction, sharing->company_id, sharing->asset_id,
                                    nobody, &distinct, &unused);
    if (failure != FAILURE_NONE)
        return failure;
    *recipients_now = (int32_t)distinct;
    *messages =
        arena_alloc_array(call_arena(mutation->call), *message_count + 1, sizeof(**messages));
    for (size_t i = 0; *messages != NULL && i < *message_count; i++) {
        (*messages)[i] = share_to_message(mutation->call, sharing->asset_id, &shares[i]);
        if ((*messages)[i] == NULL)
            return FAILURE_EXHAUSTED;
    }
    return *messages != NULL ? FAILURE_NONE : FAILURE_EXHAUSTED;
}

/* ---- with accounts: effective at once (SHR-04) ---- */

static int64_t *repeat_time(struct call *call, int64_t time_us, size_t count)
{
    int64_t *times = arena_alloc_array(call_arena(call), count + 1, sizeof(*times));
    for (size_t i = 0; times != NULL && i < count; i++)
        times[i] = time_us;
    return times;
}

static int share_with_accounts(struct mutation *mutation, const void *argument,
                               ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    Sharing__V1__ShareWithAccountsResponse *answer =
        (Sharing__V1__ShareWithAccountsResponse *)response;
    int no =
        judge(mutation, sharing, sharing->recipients, sharing->recipient_count, mutation->now_us);
    if (no != 0)
        return no;
    int64_t *active_from_us =
        repeat_time(mutation->call, mutation->now_us, sharing->recipient_count);
    if (active_from_us == NULL)
        return FAILURE_EXHAUSTED;
    no = share_store_insert(mutation->transaction, sharing->company_id, sharing->asset_id, nobody,
                            sharing->recipients, active_from_us, sharing->recipient_count,
                            mutation->now_us);
    if (no == 0)
        no = answer_shares(mutation, sharing, sharing->recipients, sharing->recipient_count,
                           &answer->shares, &answer->n_shares, &answer->recipient_count);
    return no;
}

static int
share_service_share_with_accounts_call(struct call *call,
                                       const Sharing__V1__ShareWithAccountsRequest *request,
                                       Sharing__V1__ShareWithAccountsResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .asset_id = field_id(call, "asset_id", request->asset_id),
                                 .recipient_count = request->n_recipient_account_ids};
    /* One more than the rule allows is read, so that the rule refuses it by its name: SHARE_LIMIT.
     */
    sharing.recipients = field_ids(call, "recipient_account_ids", request->recipient_account_ids,
                                   sharing.recipient_count, MEMBERS_MAX, false);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response,
                     share_with_accounts, &sharing);
}
RPC_UNARY(share_service_share_with_accounts, Sharing__V1__ShareService,
          Sharing__V1__ShareWithAccountsRequest, Sharing__V1__ShareWithAccountsResponse)

/* ---- with an organization: effective a minute later (SHR-05) ---- */

static int lock_organization(struct mutation *mutation, const struct share_call *sharing)
{
    bool found;
    struct id owner_id = nobody;
    int no = organization_store_lock(mutation->transaction, sharing->company_id,
                                     sharing->organization_id, &found, &owner_id);
    if (no != 0)
        return no;
    return found && id_equal(owner_id, sharing->account_id)
               ? 0
               : call_refuse(mutation->call, &no_such_organization, NO_TERMS);
}

/* The members but the account itself, and from when their share counts. */
static enum failure read_other_members(struct mutation *mutation, const struct share_call *sharing,
                                       int64_t saved_us, struct id **ids, int64_t **active_from_us,
                                       size_t *count)
{
    struct organization_member *members = NULL;
    size_t member_count = 0;
    enum failure failure =
        organization_store_read_members(mutation->transaction, sharing->company_id,
                                        sharing->organization_id, &members, &member_count);
    if (failure != FAILURE_NONE)
        return failure;
    *ids = arena_alloc_array(call_arena(mutation->call), member_count + 1, sizeof(**ids));
    *active_from_us =
        arena_alloc_array(call_arena(mutation->call), member_count + 1, sizeof(**active_from_us));
    if (*ids == NULL || *active_from_us == NULL)
        return FAILURE_EXHAUSTED;
    *count = 0;
    for (size_t i = 0; i < member_count; i++) {
        if (id_equal(members[i].account_id, sharing->account_id))
            continue;
        (*ids)[*count] = members[i].account_id;
        (*active_from_us)[(*count)++] =
            share_organization_active_from_us(saved_us, members[i].joined_us);
    }
    return FAILURE_NONE;
}

static int share_with_organization(struct mutation *mutation, const void *argument,
                                   ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    Sharing__V1__ShareWithOrganizationResponse *answer =
        (Sharing__V1__ShareWithOrganizationResponse *)response;
    struct id *members = NULL;
    int64_t *active_from_us = NULL;
    size_t count = 0;
    int no = lock_organization(mutation, sharing);
    if (no != 0)
        return no;
    no = read_other_members(mutation, sharing, mutation->now_us, &members, &active_from_us, &count);
    if (no != 0)
        return no;
    no = judge(mutation, sharing, members, count, mutation->now_us);
    if (no != 0)
        return no;
    no = share_store_remember_organization(mutation->transaction, sharing->company_id,
                                           sharing->organization_id, sharing->asset_id,
                                           mutation->now_us);
    if (no == 0)
        no = share_store_insert(mutation->transaction, sharing->company_id, sharing->asset_id,
                                sharing->organization_id, members, active_from_us, count,
                                mutation->now_us);
    if (no == 0)
        no = answer_shares(mutation, sharing, members, count, &answer->shares, &answer->n_shares,
                           &answer->recipient_count);
    return no;
}

static int
share_service_share_with_organization_call(struct call *call,
                                           const Sharing__V1__ShareWithOrganizationRequest *request,
                                           Sharing__V1__ShareWithOrganizationResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .asset_id = field_id(call, "asset_id", request->asset_id),
                                 .organization_id =
                                     field_id(call, "organization_id", request->organization_id)};
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response,
                     share_with_organization, &sharing);
}
RPC_UNARY(share_service_share_with_organization, Sharing__V1__ShareService,
          Sharing__V1__ShareWithOrganizationRequest, Sharing__V1__ShareWithOrganizationResponse)

/* ---- ending and listing ---- */

static int stop_sharing(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    struct asset asset = {0};
    bool found;
    int64_t ended = 0;
    int no = asset_store_lock(mutation->transaction, sharing->company_id, sharing->asset_id, &found,
                              &asset);
    if (no != 0)
        return no;
    if (!found || !id_equal(asset.owner_id, sharing->account_id))
        return call_refuse(mutation->call, &no_such_asset, NO_TERMS);
    no = share_store_end(mutation->transaction, sharing->company_id, sharing->asset_id,
                         sharing->recipients, sharing->recipient_count, clock_now_us(), &ended);
    if (no != 0)
        return no;
    ((Sharing__V1__StopSharingResponse *)response)->ended_count = (int32_t)ended;
    return 0;
}

static int share_service_stop_sharing_call(struct call *call,
                                           const Sharing__V1__StopSharingRequest *request,
                                           Sharing__V1__StopSharingResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .asset_id = field_id(call, "asset_id", request->asset_id),
                                 .recipient_count = request->n_recipient_account_ids};
    sharing.recipients = field_ids(call, "recipient_account_ids", request->recipient_account_ids,
                                   sharing.recipient_count, SHARE_RECIPIENTS_MAX, false);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response, stop_sharing,
                     &sharing);
}
RPC_UNARY(share_service_stop_sharing, Sharing__V1__ShareService, Sharing__V1__StopSharingRequest,
          Sharing__V1__StopSharingResponse)

static int share_service_list_shares_call(struct call *call,
                                          const Sharing__V1__ListSharesRequest *request,
                                          Sharing__V1__ListSharesResponse *response)
{
    struct sharing *service = call_context(call);
    struct id company_id = field_id(call, "company_id", request->company_id);
    struct id account_id = field_id(call, "account_id", request->account_id);
    struct id asset_id = field_id(call, "asset_id", request->asset_id);
    struct id before_id = field_page_token(call, request->page_token);
    size_t page_size = field_page_size(call, request->page_size);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    struct asset asset;
    struct share *shares = NULL;
    bool found;
    int no = asset_store_read(reader_of(call_task(call), service->database), company_id, asset_id,
                              &found, &asset);
    if (no == 0 && (!found || !id_equal(asset.owner_id, account_id)))
        return call_refuse(call, &no_such_asset, NO_TERMS);
    if (no == 0)
        no = share_store_list(reader_of(call_task(call), service->database), company_id, asset_id,
                              before_id, page_size, &shares, &response->n_shares);
    if (no != 0)
        return no;
    response->shares =
        arena_alloc_array(call_arena(call), response->n_shares + 1, sizeof(*response->shares));
    for (size_t i = 0; response->shares != NULL && i < response->n_shares; i++) {
        response->shares[i] = share_to_message(call, asset_id, &shares[i]);
        if (response->shares[i] == NULL)
            return FAILURE_EXHAUSTED;
    }
    if (response->n_shares == page_size)
        response->next_page_token = id_to_message(call, shares[page_size - 1].share_id);
    return response->shares != NULL && response->next_page_token != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(share_service_list_shares, Sharing__V1__ShareService, Sharing__V1__ListSharesRequest,
          Sharing__V1__ListSharesResponse)

/* ---- automatic rules (SHR-07) ---- */

static int set_automatic_rule(struct mutation *mutation, const void *argument,
                              ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    struct share_party *parties = NULL;
    int no = 0;
    (void)response;
    if (!id_is_nil(sharing->organization_id))
        no = lock_organization(mutation, sharing);
    if (no == 0)
        no = account_store_read_parties(mutation->transaction, sharing->company_id, nobody,
                                        sharing->recipients, sharing->recipient_count, &parties);
    if (no != 0)
        return no;
    for (size_t i = 0; i < sharing->recipient_count; i++) {
        enum share_verdict verdict = share_party_judge(&parties[i]);
        if (verdict != SHARE_ACCEPTED)
            return refuse_share(mutation->call, verdict, sharing->recipients,
                                sharing->recipient_count, i);
    }
    return rule_store_save(mutation->transaction, sharing->company_id, sharing->account_id,
                           sharing->kind, sharing->recipients, sharing->recipient_count,
                           sharing->organization_id, clock_now_us());
}

static int
share_service_set_automatic_rule_call(struct call *call,
                                      const Sharing__V1__SetAutomaticRuleRequest *request,
                                      Sharing__V1__SetAutomaticRuleResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .kind = request->kind,
                                 .recipient_count = request->n_recipient_account_ids};
    sharing.recipients = field_ids(call, "recipient_account_ids", request->recipient_account_ids,
                                   sharing.recipient_count, SHARE_RECIPIENTS_MAX, true);
    if (!text_is_empty(request->organization_id))
        sharing.organization_id = field_id(call, "organization_id", request->organization_id);
    if (request->kind < SHARING__V1__ASSET_KIND__ASSET_KIND_SAVINGS_PLAN ||
        request->kind > SHARING__V1__ASSET_KIND__ASSET_KIND_COUPON)
        call_add_field_violation(call, "kind", "Must be a kind of asset.");
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response,
                     set_automatic_rule, &sharing);
}
RPC_UNARY(share_service_set_automatic_rule, Sharing__V1__ShareService,
          Sharing__V1__SetAutomaticRuleRequest, Sharing__V1__SetAutomaticRuleResponse)

/* ---- organizations ---- */

/* Whether every newcomer is a verified account of the company. */
static int judge_members(struct mutation *mutation, const struct share_call *sharing)
{
    struct share_party *parties = NULL;
    int no = account_store_read_parties(mutation->transaction, sharing->company_id, nobody,
                                        sharing->recipients, sharing->recipient_count, &parties);
    if (no != 0)
        return no;
    for (size_t i = 0; i < sharing->recipient_count; i++) {
        enum share_verdict verdict = share_party_judge(&parties[i]);
        if (verdict != SHARE_ACCEPTED)
            return refuse_share(mutation->call, verdict, sharing->recipients,
                                sharing->recipient_count, i);
    }
    return 0;
}

static int create_organization(struct mutation *mutation, const void *argument,
                               ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    struct share_party *owner = NULL;
    int no = account_store_read_parties(mutation->transaction, sharing->company_id, nobody,
                                        &sharing->account_id, 1, &owner);
    if (no != 0)
        return no;
    enum share_verdict verdict = share_party_judge(owner);
    if (verdict != SHARE_ACCEPTED)
        return call_refuse(mutation->call, share_refusal(verdict), NO_TERMS);
    no = judge_members(mutation, sharing);
    if (no != 0)
        return no;
    no = organization_store_create(mutation->transaction, sharing->company_id,
                                   sharing->organization_id, sharing->account_id, sharing->name,
                                   mutation->now_us);
    if (no == 0)
        no = organization_store_add(mutation->transaction, sharing->company_id,
                                    sharing->organization_id, sharing->recipients,
                                    sharing->recipient_count, mutation->now_us);
    if (no != 0)
        return no;
    Sharing__V1__CreateOrganizationResponse *answer =
        (Sharing__V1__CreateOrganizationResponse *)response;
    answer->organization_id = id_to_message(mutation->call, sharing->organization_id);
    return answer->organization_id != NULL ? 0 : FAILURE_EXHAUSTED;
}

static int
share_service_create_organization_call(struct call *call,
                                       const Sharing__V1__CreateOrganizationRequest *request,
                                       Sharing__V1__CreateOrganizationResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .organization_id = id_new(clock_now_us()),
                                 .name = request->name,
                                 .recipient_count = request->n_member_account_ids};
    sharing.recipients = field_ids(call, "member_account_ids", request->member_account_ids,
                                   sharing.recipient_count, MEMBERS_MAX, true);
    field_text(call, "name", request->name, 1, NAME_BYTES_MAX);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response,
                     create_organization, &sharing);
}
RPC_UNARY(share_service_create_organization, Sharing__V1__ShareService,
          Sharing__V1__CreateOrganizationRequest, Sharing__V1__CreateOrganizationResponse)

static int update_members(struct mutation *mutation, const void *argument,
                          ProtobufCMessage *response)
{
    const struct share_call *sharing = argument;
    struct organization_member *members = NULL;
    size_t member_count = 0;
    int no = lock_organization(mutation, sharing);
    if (no == 0)
        no = judge_members(mutation, sharing);
    if (no != 0)
        return no;
    no = organization_store_remove(mutation->transaction, sharing->company_id,
                                   sharing->organization_id, sharing->leavers,
                                   sharing->leaver_count, mutation->now_us);
    if (no == 0)
        no = organization_store_add(mutation->transaction, sharing->company_id,
                                    sharing->organization_id, sharing->recipients,
                                    sharing->recipient_count, mutation->now_us);
    if (no == 0)
        no = organization_store_read_members(mutation->transaction, sharing->company_id,
                                             sharing->organization_id, &members, &member_count);
    if (no != 0)
        return no;
    if (member_count > MEMBERS_MAX)
        return call_refuse(mutation->call, &too_many_members, NO_TERMS);
    return follow_assets(mutation, sharing, mutation->now_us,
                         (Sharing__V1__UpdateOrganizationMembersResponse *)response);
}

static int share_service_update_organization_members_call(
    struct call *call, const Sharing__V1__UpdateOrganizationMembersRequest *request,
    Sharing__V1__UpdateOrganizationMembersResponse *response)
{
    struct sharing *service = call_context(call);
    struct share_call sharing = {.company_id = field_id(call, "company_id", request->company_id),
                                 .account_id = field_id(call, "account_id", request->account_id),
                                 .organization_id =
                                     field_id(call, "organization_id", request->organization_id),
                                 .recipient_count = request->n_add_account_ids,
                                 .leaver_count = request->n_remove_account_ids};
    sharing.recipients = field_ids(call, "add_account_ids", request->add_account_ids,
                                   sharing.recipient_count, SHARE_RECIPIENTS_MAX, true);
    sharing.leavers = field_ids(call, "remove_account_ids", request->remove_account_ids,
                                sharing.leaver_count, SHARE_RECIPIENTS_MAX, true);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    return CALL_ONCE(call, service->database, sharing.company_id, request, response, update_members,
                     &sharing);
}
RPC_UNARY(share_service_update_organization_members, Sharing__V1__ShareService,
          Sharing__V1__UpdateOrganizationMembersRequest,
          Sharing__V1__UpdateOrganizationMembersResponse)

void share_service_mount(struct rpc_server *server, struct sharing *sharing)
{
    static Sharing__V1__ShareService_Service service =
        SHARING__V1__SHARE_SERVICE__INIT(share_service_);
    rpc_server_mount(server, &service.base, sharing);
}
