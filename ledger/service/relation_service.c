#include "ledger/domain/price_book.h"
#include "ledger/domain/relation.h"
#include "ledger/ledger.h"
#include "ledger/service/account_change.h"
#include "ledger/store/funding_store.h"
#include "ledger/store/price_store.h"
#include "ledger/store/relation_store.h"
#include "runtime/base/clock.h"

#define update_relation_read update_relation_read
#include "ledger/service/relation_rpc.h"

static void update_relation_read(struct call *call,
                                 const Ledger__V1__UpdateRelationRequest *message,
                                 struct update_relation *request)
{
    update_relation_fields(call, message, request);
    int mode = (int)request->settlement_mode;
    if (id_equal(request->customer_account_id, request->agent_account_id))
        call_add_field_violation(call, "customer_account_id", FAULT_NOT_DISTINCT,
                                 "must not be the agent's account");
    if (message->version <= 0)
        call_add_field_violation(call, "version", FAULT_OUT_OF_RANGE, "must be above zero");
    if (!text_is_empty(request->price_book_id) && !price_book_id_is_one(request->price_book_id))
        call_add_field_violation(call, "price_book_id", FAULT_MALFORMED, "is none of a price book");
    if (!request->ended && (mode < SETTLEMENT_AGENT_PAYS || mode > SETTLEMENT_OWN_ACCOUNT))
        call_add_field_violation(call, "settlement_mode", FAULT_UNKNOWN_VALUE,
                                 "is none of the modes");
}

struct hearing {
    struct call *call;
    struct relation relation;
    struct relation_news news;
    struct association association; /* what the terms say of prices */
    enum relation_verdict verdict;
};

/* Under the locks of both chains. */
static enum failure take(struct transaction *transaction, const struct relation_ends *ends,
                         struct locked_account *customer)
{
    struct locked_account agent;
    *customer = (struct locked_account){.found = false};
    enum failure failure = account_store_find(transaction, ends->agent_id, &agent);
    return failure == FAILURE_NONE && agent.found
               ? account_store_find(transaction, ends->customer_id, customer)
               : failure;
}

/* LED-17: of the customer, by whatever partner. */
static enum failure judge_self_service(struct transaction *transaction, struct call *call,
                                       struct locked_account *customer)
{
    struct account *account = &customer->account;
    struct mutation mutation = {call, transaction, clock_of_us(account->company_id)};
    enum failure failure =
        relation_store_is_paid_for(transaction, account->id, &account->pay_on_behalf);
    return failure == FAILURE_NONE ? account_change_keep(&mutation, customer) : failure;
}

/* Keeps what the terms say of prices, since when (LED-25, ID-23). */
static enum failure associate(struct transaction *transaction, const struct hearing *hearing)
{
    const struct relation *relation = &hearing->relation;
    struct association association = {.book_id = ""};
    if (!relation->ended) {
        association = hearing->association;
        association.agent_id = relation->ends.agent_id;
    }
    association.customer_id = relation->ends.customer_id;
    association.relation_id = relation->id;
    association.since_us = hearing->news.since_us;
    return association_store_keep(transaction, &association);
}

/* An order that was decided by what was told before has booked by then. */
static enum failure hear(struct transaction *transaction, void *argument)
{
    struct hearing *hearing = argument;
    struct relation *relation = &hearing->relation;
    struct locked_account customer;
    enum failure failure = take(transaction, &relation->ends, &customer);
    hearing->verdict = customer.found ? RELATION_ACCEPTED : RELATION_NOT_OPENED;
    if (failure == FAILURE_NONE && customer.found)
        failure = relation_store_read(transaction, relation);
    if (failure != FAILURE_NONE || !customer.found || !relation_is_news(relation, &hearing->news))
        return failure;
    if (!relation_is_next(relation, &hearing->news)) {
        hearing->verdict = RELATION_VERSION_MISSING;
        return FAILURE_NONE;
    }
    relation_hear(relation, &hearing->news);
    failure = relation_store_keep(transaction, relation);
    if (failure == FAILURE_NONE)
        failure = associate(transaction, hearing);
    if (failure == FAILURE_NONE && relation->ended) /* LED-41 */
        failure = funding_store_lapse(transaction, relation->ends,
                                      clock_of_us(customer.account.company_id));
    return failure == FAILURE_NONE ? judge_self_service(transaction, hearing->call, &customer)
                                   : failure;
}

static int update_relation(struct call *call, const struct update_relation *request,
                           Ledger__V1__UpdateRelationResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct hearing hearing = {
        .call = call,
        .relation = {.id = request->relation_id,
                     .ends = {request->agent_account_id, request->customer_account_id}},
        .news = {.version = request->version,
                 .previous_version = request->previous_version,
                 .ended = request->ended,
                 .since_us = request->since_us,
                 .settlement = (enum settlement_mode)request->settlement_mode,
                 .allocates = request->allocates,
                 .pay_on_behalf = request->pay_on_behalf,
                 .agent_purchases = request->agent_purchases_allowed},
        .association = {.book_id = request->price_book_id,
                        .shares_discount = request->shares_discount,
                        .resells = request->resells}};
    (void)response;
    int no = database_transact(call_task(call), ledger->database, ISOLATION_READ_COMMITTED, hear,
                               &hearing);
    return no != 0 || hearing.verdict == RELATION_ACCEPTED
               ? no
               : call_refuse(call, relation_refusal(hearing.verdict), NO_TERMS);
}

struct risk_hearing {
    struct relation relation;
    struct relation_risk risk;
    enum relation_verdict verdict;
};

/* A reclaim that was decided before has booked by then, and a later one is bound by it. */
static enum failure hear_risk(struct transaction *transaction, void *argument)
{
    struct risk_hearing *hearing = argument;
    struct relation *relation = &hearing->relation;
    struct locked_account customer;
    enum failure failure = take(transaction, &relation->ends, &customer);
    hearing->verdict = customer.found ? RELATION_ACCEPTED : RELATION_NOT_OPENED;
    if (failure == FAILURE_NONE && customer.found)
        failure = relation_store_read(transaction, relation);
    if (failure != FAILURE_NONE || !customer.found)
        return failure;
    if (relation->version == 0) {
        hearing->verdict = RELATION_VERSION_MISSING;
        return FAILURE_NONE;
    }
    return relation_hear_risk(relation, &hearing->risk)
               ? relation_store_keep_risk(transaction, relation)
               : FAILURE_NONE;
}

static int update_relation_risk(struct call *call, const struct update_relation_risk *request,
                                Ledger__V1__UpdateRelationRiskResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct risk_hearing hearing = {
        .relation = {.id = request->relation_id,
                     .ends = {request->agent_account_id, request->customer_account_id}},
        .risk = {request->at_risk, request->since_us}};
    (void)response;
    int no = database_transact(call_task(call), ledger->database, ISOLATION_READ_COMMITTED,
                               hear_risk, &hearing);
    return no != 0 || hearing.verdict == RELATION_ACCEPTED
               ? no
               : call_refuse(call, relation_refusal(hearing.verdict), NO_TERMS);
}
