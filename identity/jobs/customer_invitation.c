#include "identity/jobs/customer_invitation.h"

#include "identity/jobs/relation_notice.h"
#include "identity/jobs/world.h"
#include "identity/store/account_store.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"

#define INTERVAL_MS 5000
#define DUE_AT_ONCE 100
#define AGAIN_US (INT64_C(3600) * 1000000) /* where something else stands in the way */

static struct relation_row relation_of(const struct customer_invitation *invitation, int64_t now_us)
{
    struct relation_row row = {.relation_id = invitation->invitation_id,
                               .relation = {.relation_id = invitation->invitation_id,
                                            .agent_id = invitation->offer.agent_id,
                                            .customer_id = invitation->account_id,
                                            .created_us = invitation->life.created_us,
                                            .begun_us = now_us,
                                            .expires_us = invitation->offer.expires_us,
                                            .answered_us = now_us},
                               .offer = invitation->offer,
                               .offer_hash = invitation->offer_hash,
                               .offered_us = invitation->life.created_us};
    row.offer.customer_id = invitation->account_id;
    return row;
}

static enum failure begin(struct transaction *transaction,
                          const struct customer_invitation *invitation,
                          const struct relation_row *row, int64_t now_us)
{
    enum failure failure = relation_store_insert(
        transaction, &(struct relation_request){.offer = row->offer,
                                                .offer_hash = row->offer_hash,
                                                .requested_by = invitation->invited_by,
                                                .now_us = row->offered_us});
    if (failure == FAILURE_NONE)
        failure =
            relation_store_answer(transaction, row,
                                  &(struct relation_answered){
                                      row->relation_id, 1, invitation->accepted_by, now_us, true});
    if (failure == FAILURE_NONE)
        failure = relation_store_advance(transaction, &row->relation);
    return failure == FAILURE_NONE ? relation_tell_began(transaction, row, now_us) : failure;
}

static enum failure tell_both(struct transaction *transaction, struct courier *courier,
                              const struct customer_invitation *invitation, int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    char *customer = world_id(arena, invitation->account_id);
    struct relation_news news = {
        .account_id = invitation->offer.agent_id,
        .relation_id = invitation->invitation_id,
        .actor_id = invitation->accepted_by,
        .kind = SECURITY_RELATION_CONFIRMED,
        .text = arena_printf(arena,
                             "Whom you invited is your customer now: the Kontor account %s "
                             "(relation %s).",
                             customer, world_id(arena, invitation->invitation_id)),
        .now_us = now_us};
    enum failure failure = relation_tell_owner(transaction, courier, &news);
    if (failure != FAILURE_NONE)
        return failure;
    news.account_id = invitation->account_id;
    news.text = arena_printf(arena,
                             "The Kontor account %s is its partner's customer now (relation %s). "
                             "See the terms with \"kontor relation list\" or in the portal.",
                             customer, world_id(arena, invitation->invitation_id));
    return relation_tell_owner(transaction, courier, &news);
}

enum failure customer_invitation_associate(struct transaction *transaction, struct courier *courier,
                                           struct customer_invitation *invitation, int64_t now_us,
                                           struct obstacles_found *found)
{
    struct relation_facts facts = {.cycle = false};
    struct account_row account;
    bool exists = false;
    found->count = 0;
    enum failure failure =
        account_store_lock(transaction, invitation->account_id, &account, &exists);
    if (failure == FAILURE_NONE)
        failure = relation_store_facts(transaction, invitation->offer.agent_id,
                                       invitation->account_id, now_us, &facts);
    if (failure != FAILURE_NONE)
        return failure;
    facts.standing = found->standing;
    facts.registered = exists && account_is_registered(&account.account, now_us);
    found->count = relation_obstacles(&facts, found->obstacles);
    if (found->count > 0)
        return FAILURE_NONE;
    const struct relation_row row = relation_of(invitation, now_us);
    invitation->life.associated_us = now_us;
    failure = begin(transaction, invitation, &row, now_us);
    return failure == FAILURE_NONE ? tell_both(transaction, courier, invitation, now_us) : failure;
}

/* ---- the name is verified ---- */

struct due {
    struct courier *courier;
    struct id invitation_id;
};

static enum failure keep(struct transaction *transaction,
                         const struct customer_invitation *invitation, int64_t now_us)
{
    static const char action[] = "identity.associate_invited_customer";
    enum failure failure = customer_invitation_store_advance(transaction, invitation);
    return failure != FAILURE_NONE || invitation->life.associated_us == 0
               ? failure
               : act_append_of_step(transaction, action,
                                    &(struct act){.account_id = invitation->account_id,
                                                  .object_id = invitation->invitation_id,
                                                  .action = action,
                                                  .tag = "",
                                                  .reason = "",
                                                  .act_us = now_us});
}

static enum failure associate_due(struct transaction *transaction, void *argument)
{
    const struct due *due = argument;
    struct customer_invitation invitation;
    struct obstacles_found found = {.count = 0}; /* how it stands was asked at the acceptance */
    bool exists = false;
    enum failure failure = relation_store_lock_structure(transaction);
    if (failure == FAILURE_NONE)
        failure =
            customer_invitation_store_lock(transaction, due->invitation_id, &invitation, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    int64_t now_us = clock_of_us(invitation.account_id);
    if (customer_invitation_state(&invitation.life, now_us) != CUSTOMER_INVITATION_ACCEPTED)
        return FAILURE_NONE;
    failure = customer_invitation_associate(transaction, due->courier, &invitation, now_us, &found);
    invitation.next_us = now_us + (found.count > 0 ? AGAIN_US : 0);
    return failure == FAILURE_NONE ? keep(transaction, &invitation, now_us) : failure;
}

static enum failure associate_all_due(struct task *task, void *argument)
{
    struct courier *courier = argument;
    struct id *ids = NULL;
    size_t count = 0;
    enum failure failure = customer_invitation_store_list_due(
        reader_of(task, courier->database), clock_foremost_us(), DUE_AT_ONCE, &ids, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct due due = {courier, ids[i]};
        failure = database_transact(task, courier->database, ISOLATION_READ_COMMITTED,
                                    associate_due, &due);
    }
    if (count > 0)
        courier_wake(courier);
    return failure;
}

void customer_invitation_job_start(struct courier *courier, struct loop *loop)
{
    (void)loop_every(loop, "associate_invited_customers", INTERVAL_MS, associate_all_due, courier);
}
