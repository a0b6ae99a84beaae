/* The lists of shares, of rules and of organizations. */
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/sharing_service.h"
#include "sharing/service/share_list.h"
#include "sharing/store/organization_store.h"

static ProtobufCMessage *share_message(struct call *call, const void *share)
{
    return (ProtobufCMessage *)share_to_message(call, share);
}

int list_shares(struct call *call, const struct list_shares *request,
                Sharing__V1__ListSharesResponse *response)
{
    const struct company_key key = {request->company_id, request->asset_id};
    const struct share_filter filter = {.company_id = request->company_id,
                                        .asset_id = request->asset_id,
                                        .account_id = request->recipient_account_id,
                                        .state = request->state,
                                        .start_us = request->start_us,
                                        .end_us = request->end_us,
                                        .before_id = request->before_id,
                                        .limit = page_limit(request->page_size)};
    struct asset asset = {0};
    struct share_list list = {0};
    bool found;
    int no = asset_store_read(sharing_reader(call), key, &found, &asset);
    if (no == 0)
        no = refuse_unless(call, asset_claim_decide(&(const struct claim){found, asset.owner_id,
                                                                          request->account_id}));
    if (no == 0)
        no = share_store_list(sharing_reader(call), &filter, &list);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, list.shares, list.count, share_id, share_message),
                         &response->base);
}

/* As far as it is not its owner's alone to know: from which pool it came, and what is left of it
 * once nothing of it is shared any more. */
static struct asset asset_as_received(const struct received_share *received)
{
    struct asset asset = received->asset;
    asset.has_pool = false;
    if (received->share.active.end_us != INTERVAL_OPEN)
        asset.remaining_micros = 0;
    return asset;
}

static ProtobufCMessage *received_message(struct call *call, const void *row)
{
    const struct received_share *received = row;
    Sharing__V1__ReceivedShare *message = arena_alloc(call_arena(call), sizeof(*message));
    struct asset asset = asset_as_received(received);
    sharing__v1__received_share__init(message);
    message->share = share_to_message(call, &received->share);
    message->asset = asset_to_message(call, &asset);
    return &message->base;
}

int list_received_shares(struct call *call, const struct list_received_shares *request,
                         Sharing__V1__ListReceivedSharesResponse *response)
{
    const struct share_filter filter = {.company_id = request->company_id,
                                        .account_id = request->account_id,
                                        .kind = request->kind,
                                        .state = request->state,
                                        .start_us = request->start_us,
                                        .end_us = request->end_us,
                                        .before_id = request->before_id,
                                        .limit = page_limit(request->page_size)};
    struct received_list list = {0};
    int no = share_store_list_received(sharing_reader(call), &filter, &list);
    if (no == 0)
        no = page_answer(
            call, PAGE(request->page_size, list.shares, list.count, share_id, received_message),
            &response->base);
    if (no == 0 && list.goes_on && list.count <= request->page_size)
        response->next_page_token = page_token_of_id(call, list.last_id);
    return no;
}

/* ---- automatic rules (SHR-07) ---- */

static Sharing__V1__AutomaticRule *rule_to_message(struct call *call, const struct kept_rule *kept)
{
    struct arena *arena = call_arena(call);
    const struct automatic_rule *rule = &kept->rule;
    Sharing__V1__AutomaticRule *message = arena_alloc(arena, sizeof(*message));
    sharing__v1__automatic_rule__init(message);
    message->kind = (Sharing__V1__AssetKind)rule->kind;
    message->recipient_account_ids =
        arena_alloc_array(arena, rule->count + 1, sizeof(*message->recipient_account_ids));
    for (; message->n_recipient_account_ids < rule->count; message->n_recipient_account_ids++)
        message->recipient_account_ids[message->n_recipient_account_ids] =
            id_to_message(call, rule->recipient_ids[message->n_recipient_account_ids]);
    if (!id_is_nil(rule->organization_id))
        message->organization_id = id_to_message(call, rule->organization_id);
    message->set_time = timestamp_from_us(arena, kept->saved_us);
    return message;
}

int list_automatic_rules(struct call *call, const struct list_automatic_rules *request,
                         Sharing__V1__ListAutomaticRulesResponse *response)
{
    const struct automatic_rule after = {.owner = {request->company_id, request->account_id},
                                         .kind = request->after.number};
    struct kept_rule *rules = NULL;
    size_t found = 0;
    int no = rule_store_list(sharing_reader(call), &after, page_limit(request->page_size), &rules,
                             &found);
    if (no != 0)
        return no;
    bool follows = found > request->page_size;
    size_t count = follows ? request->page_size : found;
    response->rules = arena_alloc_array(call_arena(call), count + 1, sizeof(*response->rules));
    for (; response->n_rules < count; response->n_rules++)
        response->rules[response->n_rules] = rule_to_message(call, &rules[response->n_rules]);
    if (follows)
        response->next_page_token =
            page_token_of_place(call, (struct page_place){rules[count - 1].rule.kind, 0});
    return 0;
}

/* ---- organizations ---- */

static ProtobufCMessage *organization_message(struct call *call, const void *row)
{
    const struct organization *organization = row;
    Sharing__V1__Organization *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__organization__init(message);
    message->organization_id = id_to_message(call, organization->organization_id);
    message->name = arena_strdup(call_arena(call), organization->name);
    message->member_count = (int32_t)organization->members;
    message->create_time = timestamp_from_us(call_arena(call), organization->created_us);
    return &message->base;
}

int list_organizations(struct call *call, const struct list_organizations *request,
                       Sharing__V1__ListOrganizationsResponse *response)
{
    const struct organization_filter filter = {.owner = {request->company_id, request->account_id},
                                               .name_contains = request->name_contains,
                                               .before_id = request->before_id,
                                               .limit = page_limit(request->page_size)};
    struct organization *found = NULL;
    size_t count = 0;
    int no = organization_store_list(sharing_reader(call), &filter, &found, &count);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found, count, organization_id,
                                      organization_message),
                                 &response->base);
}

static ProtobufCMessage *member_message(struct call *call, const void *row)
{
    const struct organization_member *member = row;
    Sharing__V1__OrganizationMember *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__organization_member__init(message);
    message->account_id = id_to_message(call, member->account_id);
    message->join_time = timestamp_from_us(call_arena(call), member->joined_us);
    return &message->base;
}

int list_organization_members(struct call *call, const struct list_organization_members *request,
                              Sharing__V1__ListOrganizationMembersResponse *response)
{
    const struct company_key key = {request->company_id, request->organization_id};
    struct claim claim = {.actor_id = request->account_id};
    struct organization_members list = {0};
    int no = organization_store_read(sharing_reader(call), key, &claim.found, &claim.owner_id);
    if (no == 0)
        no = refuse_unless(call, organization_claim_decide(&claim));
    if (no == 0)
        no = organization_store_list_members(sharing_reader(call), key, request->after_id,
                                             page_limit(request->page_size), &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, list.members, list.count, account_id,
                                      member_message),
                                 &response->base);
}
