#include "identity/store/relation_store.h"

#include "identity/store/queries.h"
#include "identity/store/relation_terms_row.h"

enum failure relation_store_lock_structure(struct transaction *transaction)
{
    struct rows rows;
    return identity_relation_structure_lock(transaction, &rows);
}

static enum failure take_facts(enum failure failure, const struct rows *rows,
                               struct relation_facts *facts)
{
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_relation_facts_row row = identity_relation_facts_row(rows, 0);
    *facts = (struct relation_facts){.authorised = row.authorised,
                                     .associated = row.associated,
                                     .cycle = row.cycle,
                                     .above = row.above,
                                     .below = row.below,
                                     .same_company = row.same_company,
                                     .agent_closed = row.agent_closed,
                                     .customer_closed = row.customer_closed};
    return FAILURE_NONE;
}

enum failure relation_store_facts(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us,
                                  struct relation_facts *facts)
{
    struct rows rows;
    const struct identity_relation_facts asked = {
        .agent_account_id = agent_id, .customer_account_id = customer_id, .now_us = now_us};
    return take_facts(identity_relation_facts(transaction, &asked, &rows), &rows, facts);
}

enum failure relation_store_read_facts(struct reader reader, struct id agent_id,
                                       struct id customer_id, int64_t now_us,
                                       struct relation_facts *facts)
{
    struct rows rows;
    const struct identity_relation_facts asked = {
        .agent_account_id = agent_id, .customer_account_id = customer_id, .now_us = now_us};
    return take_facts(identity_relation_facts_alone(reader, &asked, &rows), &rows, facts);
}

enum failure relation_store_group_facts(struct transaction *transaction, struct id company_id,
                                        struct id account_id, struct group_facts *facts)
{
    struct rows rows;
    enum failure failure = identity_structure_facts(
        transaction,
        &(struct identity_structure_facts){.company_id = company_id, .account_id = account_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_structure_facts_row row = identity_structure_facts_row(&rows, 0);
    *facts = (struct group_facts){.cycle = row.cycle, .above = row.above, .below = row.below};
    return FAILURE_NONE;
}

enum failure relation_store_count(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us,
                                  struct relation_count *count)
{
    struct rows rows;
    enum failure failure = identity_relation_count(
        transaction,
        &(struct identity_relation_count){.agent_account_id = agent_id,
                                          .customer_account_id = customer_id,
                                          .now_us = now_us,
                                          .since_us = now_us - RELATION_DAY_US},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_relation_count_row row = identity_relation_count_row(&rows, 0);
    *count = (struct relation_count){row.exists, row.day};
    return FAILURE_NONE;
}

enum failure relation_store_offer(struct transaction *transaction,
                                  const struct relation_request *request)
{
    const struct relation_offer *offer = &request->offer;
    char permissions[RELATION_PERMISSIONS_SIZE];
    relation_permissions_print(offer->terms.permissions, ' ', permissions);
    return identity_relation_offer_insert(
        transaction,
        &(struct identity_relation_offer_insert){
            .relation_id = offer->relation_id,
            .version = offer->version,
            .agent_account_id = offer->agent_id,
            .customer_account_id = offer->customer_id,
            .permissions = permissions,
            .settlement_mode = settlement_mode_name(offer->terms.settlement),
            .price_book = offer->terms.price_book,
            .invoice_recipient = invoice_recipient_name(offer->terms.invoices),
            .shutdown_policy = shutdown_policy_name(offer->terms.shutdown),
            .agent_purchases = offer->terms.agent_purchases,
            .offer_hash = request->offer_hash,
            .offered_by = request->requested_by,
            .offer_us = request->now_us,
            .expire_us = offer->expires_us},
        NULL);
}

enum failure relation_store_insert(struct transaction *transaction,
                                   const struct relation_request *request)
{
    enum failure failure = identity_relation_insert(
        transaction,
        &(struct identity_relation_insert){.relation_id = request->offer.relation_id,
                                           .agent_account_id = request->offer.agent_id,
                                           .customer_account_id = request->offer.customer_id,
                                           .requested_by = request->requested_by,
                                           .create_us = request->now_us},
        NULL);
    return failure == FAILURE_NONE ? relation_store_offer(transaction, request) : failure;
}

static struct relation relation_of(const struct identity_relation_read_row *row)
{
    return (struct relation){.relation_id = row->relation_id,
                             .agent_id = row->agent_account_id,
                             .customer_id = row->customer_account_id,
                             .created_us = row->create_us,
                             .begun_us = row->begin_us,
                             .effective_us = row->effective_us,
                             .ending_by = row->end_asked_account_id,
                             .ended_us = row->end_us,
                             .outcome = relation_outcome_find(row->outcome),
                             .expires_us = row->expire_us,
                             .answered_us = row->answer_us};
}

static struct relation_held held_of(const struct identity_relation_read_row *row)
{
    if (row->held_begin_us == 0)
        return (struct relation_held){.version = 0};
    return (struct relation_held){.version = row->held_version,
                                  .terms = RELATION_TERMS_OF(row, held_),
                                  .begun_us = row->held_begin_us};
}

static struct relation_row stored_of(const struct rows *rows, size_t place)
{
    struct identity_relation_read_row row = identity_relation_read_row(rows, place);
    return (struct relation_row){.relation_id = row.relation_id,
                                 .relation = relation_of(&row),
                                 .agent_company_name = row.agent_company_name,
                                 .offer = {.relation_id = row.relation_id,
                                           .agent_id = row.agent_account_id,
                                           .customer_id = row.customer_account_id,
                                           .version = row.version,
                                           .terms = RELATION_TERMS_OF(&row, ),
                                           .expires_us = row.expire_us},
                                 .offer_hash = row.offer_hash,
                                 .offered_us = row.offer_us,
                                 .held = held_of(&row)};
}

enum failure relation_store_lock(struct transaction *transaction, struct id relation_id,
                                 struct relation_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_relation_lock(
        transaction, &(struct identity_relation_lock){.relation_id = relation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    failure = identity_relation_read(
        transaction, &(struct identity_relation_read){.relation_id = relation_id}, &rows);
    if (failure == FAILURE_NONE)
        *row = stored_of(&rows, 0);
    return failure;
}

enum failure relation_store_read(struct reader reader, struct id relation_id,
                                 struct relation_row *row, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_relation_read_alone(
        reader, &(struct identity_relation_read){.relation_id = relation_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (*exists)
        *row = stored_of(&rows, 0);
    return failure;
}

static enum failure end_terms(struct transaction *transaction, const struct relation *relation,
                              int64_t end_us)
{
    return identity_relation_terms_end(
        transaction,
        &(struct identity_relation_terms_end){.relation_id = relation->relation_id,
                                              .customer_account_id = relation->customer_id,
                                              .end_us = end_us},
        NULL);
}

enum failure relation_store_end_terms(struct transaction *transaction,
                                      const struct relation *relation)
{
    return end_terms(transaction, relation, relation->ended_us);
}

enum failure relation_store_ending(struct transaction *transaction, const struct relation *relation,
                                   struct id asked_by, struct id account_id, int64_t now_us)
{
    return identity_relation_ending(
        transaction,
        &(struct identity_relation_ending){.relation_id = relation->relation_id,
                                           .effective_us = relation->effective_us,
                                           .end_asked_us = now_us,
                                           .end_asked_by = asked_by,
                                           .end_asked_account_id = account_id},
        NULL);
}

enum failure relation_store_endings(struct transaction *transaction, struct id customer_id,
                                    int64_t now_us, int64_t *endings)
{
    struct rows rows;
    const struct identity_relation_endings asked = {.customer_account_id = customer_id,
                                                    .since_us = now_us - RELATION_ENDINGS_US};
    enum failure failure = identity_relation_endings(transaction, &asked, &rows);
    if (failure == FAILURE_NONE)
        *endings = identity_relation_endings_row(&rows, 0).endings;
    return failure;
}

enum failure relation_store_read_endings(struct reader reader, struct id customer_id,
                                         int64_t now_us, int64_t *endings)
{
    struct rows rows;
    const struct identity_relation_endings asked = {.customer_account_id = customer_id,
                                                    .since_us = now_us - RELATION_ENDINGS_US};
    enum failure failure = identity_relation_endings_alone(reader, &asked, &rows);
    if (failure == FAILURE_NONE)
        *endings = identity_relation_endings_row(&rows, 0).endings;
    return failure;
}

enum failure relation_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                     struct id **ids, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_relation_due_alone(
        reader, &(struct identity_relation_due){.now_us = now_us, .limit = (int64_t)limit}, &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *ids = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **ids);
    for (size_t i = 0; i < rows.count; i++)
        (*ids)[i] = identity_relation_due_row(&rows, i).relation_id;
    *count = rows.count;
    return FAILURE_NONE;
}

enum failure relation_store_answer(struct transaction *transaction, const struct relation_row *row,
                                   const struct relation_answered *answered)
{
    enum failure failure = FAILURE_NONE;
    if (answered->agreed && row->held.version != 0)
        failure = end_terms(transaction, &row->relation, answered->now_us);
    if (failure != FAILURE_NONE)
        return failure;
    return identity_relation_answer(
        transaction,
        &(struct identity_relation_answer){.relation_id = answered->relation_id,
                                           .version = answered->version,
                                           .answer_us = answered->now_us,
                                           .answered_by = answered->answered_by,
                                           .begin_us = answered->agreed ? answered->now_us : 0},
        NULL);
}

enum failure relation_store_advance(struct transaction *transaction,
                                    const struct relation *relation)
{
    return identity_relation_advance(
        transaction,
        &(struct identity_relation_advance){
            .relation_id = relation->relation_id,
            .begin_us = relation->begun_us,
            .end_us = relation->ended_us,
            .outcome = relation->ended_us != 0 ? relation_outcome_name(relation->outcome) : NULL},
        NULL);
}

enum failure relation_store_terms(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us, unsigned *permissions)
{
    struct rows rows;
    enum failure failure = identity_relation_terms(
        transaction,
        &(struct identity_relation_terms){
            .agent_account_id = agent_id, .customer_account_id = customer_id, .now_us = now_us},
        &rows);
    bool holds = failure == FAILURE_NONE && rows.count > 0;
    *permissions =
        holds ? relation_permissions_find(identity_relation_terms_row(&rows, 0).permissions) : 0;
    return failure;
}

enum failure relation_store_owner(struct transaction *transaction, struct id account_id,
                                  struct relation_owner *owner, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_relation_owner(
        transaction, &(struct identity_relation_owner){.account_id = account_id}, &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    struct identity_relation_owner_row row = identity_relation_owner_row(&rows, 0);
    *owner = (struct relation_owner){row.principal_id, row.email_sealed};
    return FAILURE_NONE;
}

enum failure relation_store_list(struct reader reader, const struct relation_page *page,
                                 struct relations_found *found)
{
    struct rows rows;
    enum failure failure = identity_relation_list_alone(
        reader,
        &(struct identity_relation_list){.account_id = page->account_id,
                                         .as_agent = page->as_agent,
                                         .as_customer = page->as_customer,
                                         .with_ended = page->with_ended,
                                         .now_us = page->now_us,
                                         .before_id = page->before_id,
                                         .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = stored_of(&rows, i);
    found->count = rows.count;
    return FAILURE_NONE;
}
