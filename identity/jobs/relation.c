#include "identity/jobs/relation.h"

#include "identity/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/database/act_log.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define INTERVAL_MS 5000
#define DUE_AT_ONCE 100

static char *text_of(struct arena *arena, struct id id)
{
    return id_format(id, arena_alloc(arena, ID_TEXT_SIZE));
}

static enum failure tell(struct transaction *transaction, const struct relation_row *row,
                         int64_t now_us)
{
    struct arena *arena = transaction_arena(transaction);
    Identity__V1__RelationEnded event = IDENTITY__V1__RELATION_ENDED__INIT;
    event.relation_id = text_of(arena, row->relation_id);
    event.agent_account_id = text_of(arena, row->relation.agent_id);
    event.customer_account_id = text_of(arena, row->relation.customer_id);
    event.version = row->held.version;
    event.end_time = timestamp_from_us(arena, row->relation.ended_us);
    struct bytes payload = message_pack(arena, &event.base);
    if (payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(transaction, row->relation.customer_id, event.base.descriptor->name,
                         payload.data, payload.size, now_us);
}

enum failure relation_end(struct transaction *transaction, struct relation_row *row, int64_t now_us)
{
    row->relation.ended_us = row->relation.effective_us;
    row->relation.outcome = RELATION_ENDED;
    enum failure failure = relation_store_end_terms(transaction, &row->relation);
    if (failure == FAILURE_NONE)
        failure = relation_store_advance(transaction, &row->relation);
    return failure == FAILURE_NONE ? tell(transaction, row, now_us) : failure;
}

/* ---- the moment comes ---- */

static enum failure end_due(struct transaction *transaction, void *argument)
{
    const struct id *relation_id = argument;
    struct relation_row row;
    bool exists = false;
    enum failure failure = relation_store_lock_structure(transaction);
    if (failure == FAILURE_NONE)
        failure = relation_store_lock(transaction, *relation_id, &row, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    int64_t now_us = clock_of_us(row.relation.customer_id);
    if (row.relation.ended_us != 0 || relation_state(&row.relation, now_us) != RELATION_ENDED)
        return FAILURE_NONE;
    failure = relation_end(transaction, &row, now_us);
    return failure != FAILURE_NONE
               ? failure
               : act_append_of_step(transaction, "identity.end_relation",
                                    &(struct act){.account_id = row.relation.customer_id,
                                                  .object_id = row.relation_id,
                                                  .action = "identity.end_relation",
                                                  .tag = "",
                                                  .reason = "",
                                                  .act_us = now_us});
}

static enum failure end_all_due(struct task *task, void *database)
{
    struct id *ids = NULL;
    size_t count = 0;
    enum failure failure = relation_store_list_due(reader_of(task, database), clock_foremost_us(),
                                                   DUE_AT_ONCE, &ids, &count);
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++)
        failure = database_transact(task, database, ISOLATION_READ_COMMITTED, end_due, &ids[i]);
    return failure;
}

void relation_job_start(struct loop *loop, struct database *database)
{
    loop_every(loop, "end_relations", INTERVAL_MS, end_all_due, database);
}
