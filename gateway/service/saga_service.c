/* Operators look at sagas that do not come to their end, and drive them again. */
#include "gateway/domain/refusals.h"
#include "gateway/peers/event_subject.h"
#include "gateway/store/saga_store.h"
#include "runtime/base/log.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

struct exchange;
struct redrive_saga;
static int wake(struct exchange *exchange, const struct redrive_saga *request);
#define redrive_saga_scope(exchange, request) ((request)->saga_id)
#define redrive_saga_done(exchange, request, response) wake(exchange, request)
#include "gateway/service/saga_rpc.h"

#define TRIES_MIN 5 /* by then it was tried for some three seconds */

static ProtobufCMessage *saga_to_message(struct call *call, const void *row)
{
    const struct open_saga *open = row;
    struct arena *arena = call_arena(call);
    struct event_subject subject =
        event_subject_read(arena, open->saga.event_type, open->saga.payload);
    Gateway__V1__Saga *message = arena_alloc(arena, sizeof *message);
    char id[ID_TEXT_SIZE];
    gateway__v1__saga__init(message);
    message->saga_id = arena_strdup(arena, id_format(open->saga.saga_id, id));
    message->event_type = arena_strdup(arena, open->saga.event_type);
    message->account_id = arena_strdup(arena, subject.account_id);
    message->top_up_id = arena_strdup(arena, subject.top_up_id);
    message->tries = open->saga.tries;
    message->due_time = timestamp_from_us(arena, open->due_us);
    message->create_time = timestamp_from_us(arena, open->created_us);
    return &message->base;
}

static int list_sagas(struct exchange *exchange, const struct list_sagas *request,
                      Gateway__V1__ListSagasResponse *response)
{
    struct saga_list list = {0};
    int64_t tries_min = request->min_tries > 0 ? request->min_tries : TRIES_MIN;
    int no = saga_store_list(reader_of(call_task(exchange->call), exchange->gateway->database),
                             request->before_id, tries_min, page_limit(request->page_size), &list);
    return no != 0 ? no
                   : page_answer(exchange->call,
                                 PAGE(request->page_size, list.sagas, list.count, saga.saga_id,
                                      saga_to_message),
                                 &response->base);
}

static int redrive_saga(struct exchange *exchange, struct mutation *mutation,
                        const struct redrive_saga *request,
                        Gateway__V1__RedriveSagaResponse *response)
{
    bool found = false;
    int no = saga_store_redrive(mutation->transaction, request->saga_id,
                                exchange->session.principal_id, mutation->now_us, &found);
    if (no != 0)
        return no;
    response->due = found;
    return found ? 0 : call_refuse(mutation->call, &saga_not_found, NO_TERMS);
}

/* Also when the request was repeated. */
static int wake(struct exchange *exchange, const struct redrive_saga *request)
{
    log_write(LOG_INFO, "saga_redriven", log_id("saga_id", request->saga_id),
              log_text("principal_id", exchange->session.principal_id));
    loop_job_wake(exchange->gateway->saga_job);
    return 0;
}
