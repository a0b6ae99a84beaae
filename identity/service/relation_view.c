/* Relations as they are read: their obstacles, lists, and who controls an account's billing. */
#include "identity/service/account_service.h"
#include "identity/service/relation.h"
#include "identity/store/hand_over_store.h"
#include "identity/store/relation_control_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

/* The gateway tells it; nobody else knows. */
int relation_read_standing(struct call *call, struct relation_standing *standing)
{
    const char *words = call_header(call, "kontor-standing");
    if (words == NULL)
        return call_refuse(call, &standing_missing, NO_TERMS);
    *standing = relation_standing_read(words);
    return 0;
}

int check_relation(struct call *call, const struct check_relation *request,
                   Identity__V1__CheckRelationResponse *response)
{
    struct relation_row row;
    struct relation_facts facts = {.cycle = false};
    struct account_row account;
    bool exists = false;
    int64_t now_us = clock_now_us();
    int no = relation_store_read(identity_reader(call), request->relation_id, &row, &exists);
    if (no != 0)
        return no;
    const struct relation_answer asked = {.found = exists ? &row.relation : NULL,
                                          .account_id = request->account_id};
    enum relation_verdict verdict = relation_answer_decide(&asked, now_us);
    if (verdict != RELATION_ACCEPTED)
        return call_refuse(call, relation_refusal(verdict), NO_TERMS);
    struct relation_row replaced;
    no = relation_replaced_check(call, request, &row, &replaced);
    if (no != 0 || row.relation.begun_us != 0) /* of a change nothing stands in the way */
        return no;
    no = account_read(call, request->account_id, &account);
    if (no == 0)
        no = relation_store_read_facts(identity_reader(call), row.relation.agent_id,
                                       request->account_id, now_us, &facts);
    if (no == 0)
        no = relation_read_standing(call, &facts.standing);
    if (no != 0)
        return no;
    facts.registered = account_is_registered(&account.account, now_us);
    relation_obstacles_answer(call, id_is_nil(request->replaced_relation_id) ? NULL : &replaced,
                              &facts, response);
    return 0;
}

static ProtobufCMessage *relation_message(struct call *call, const void *row)
{
    return &relation_to_message(call, row, clock_now_us())->base;
}

int list_relations(struct call *call, const struct list_relations *request,
                   Identity__V1__ListRelationsResponse *response)
{
    struct relations_found found;
    const struct relation_page page = {
        .account_id = request->account_id,
        .as_agent = request->role != IDENTITY__V1__RELATION_ROLE__RELATION_ROLE_CUSTOMER,
        .as_customer = request->role != IDENTITY__V1__RELATION_ROLE__RELATION_ROLE_AGENT,
        .with_ended = request->with_ended,
        .now_us = clock_now_us(),
        .before_id = request->before_id,
        .limit = page_limit(request->page_size)};
    int no = relation_store_list(identity_reader(call), &page, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, relation_id,
                                      relation_message),
                                 &response->base);
}

/* ---- GetBillingControl (ID-30) ---- */

void get_billing_control_read(struct call *call,
                              const Identity__V1__GetBillingControlRequest *message,
                              struct get_billing_control *request)
{
    get_billing_control_fields(call, message, request);
    if (request->has_as_of_time && request->as_of_us > clock_now_us())
        call_add_field_violation(call, "as_of_time", FAULT_OUT_OF_RANGE,
                                 "Must not be in the future.");
}

static Identity__V1__ControllingAgent *agent_to_message(struct call *call,
                                                        const struct controlling_agent *agent)
{
    struct arena *arena = call_arena(call);
    Identity__V1__ControllingAgent *message = arena_alloc(arena, sizeof *message);
    identity__v1__controlling_agent__init(message);
    message->account_id = id_to_message(call, agent->agent_id);
    message->relation_id = id_to_message(call, agent->relation_id);
    message->version = agent->held.version;
    message->terms = relation_terms_message(arena, &agent->held.terms);
    message->terms_begin_time = timestamp_from_us(arena, agent->held.begun_us);
    message->offer_hash = arena_strdup(arena, agent->offer_hash);
    message->previous_version = agent->previous_version;
    return message;
}

/* B.3: by the account's own partner. */
static int read_hand_over(struct call *call, const struct get_billing_control *request,
                          const struct controlling_agent *agent, int64_t as_of_us, char **message)
{
    struct hand_over last;
    bool exists = false;
    int no =
        hand_over_store_at(identity_reader(call), request->account_id, as_of_us, &last, &exists);
    if (no != 0 || !exists)
        return no;
    bool permitted = hand_over_is_permitted(agent->held.terms.permissions, agent->held.begun_us,
                                            last.created_us);
    if (hand_over_was_of_partner(&last, agent->agent_id, permitted, as_of_us))
        *message = id_to_message(call, last.hand_over_id);
    return 0;
}

int get_billing_control(struct call *call, const struct get_billing_control *request,
                        Identity__V1__GetBillingControlResponse *response)
{
    struct arena *arena = call_arena(call);
    int64_t as_of_us = request->has_as_of_time ? request->as_of_us : clock_now_us();
    struct controlling_agents found;
    int no =
        relation_control_store_read(identity_reader(call), request->account_id, as_of_us, &found);
    if (no != 0)
        return no;
    const struct relation_terms alone = {.settlement = SETTLEMENT_OWN_ACCOUNT,
                                         .invoices = INVOICES_CUSTOMER};
    const struct relation_terms *terms = found.count > 0 ? &found.items[0].held.terms : &alone;
    response->as_of_time = timestamp_from_us(arena, as_of_us);
    response->owner_account_id = id_to_message(call, request->account_id);
    response->payer_account_id = id_to_message(
        call, relation_agent_pays(terms) ? found.items[0].agent_id : request->account_id);
    response->settlement_mode = (Identity__V1__SettlementMode)terms->settlement;
    response->invoice_recipient = (Identity__V1__InvoiceRecipient)terms->invoices;
    response->n_agents = found.count;
    response->agents = arena_alloc_array(arena, found.count, sizeof *response->agents);
    for (size_t i = 0; i < found.count; i++)
        response->agents[i] = agent_to_message(call, &found.items[i]);
    return found.count == 0
               ? 0
               : read_hand_over(call, request, &found.items[0], as_of_us, &response->hand_over_id);
}
