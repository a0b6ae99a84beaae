/* Operators look at sagas that do not come to their end, and drive them again. */
#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/peers/event_subject.h"
#include "gateway/service/filter.h"
#include "gateway/store/saga_store.h"
#include "gateway/v1/saga.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define TRIES_MIN 5 /* by then it was tried for some three seconds */

static Gateway__V1__Saga *saga_message(struct arena *arena, const struct open_saga *open)
{
    char id[ID_TEXT_SIZE];
    Gateway__V1__Saga *message = arena_alloc(arena, sizeof *message);
    struct event_subject subject =
        event_subject_read(arena, open->saga.event_type, open->saga.payload);
    gateway__v1__saga__init(message);
    message->saga_id = arena_strdup(arena, id_format(open->saga.saga_id, id));
    message->event_type = arena_strdup(arena, open->saga.event_type);
    message->account_id = arena_strdup(arena, subject.account_id);
    message->top_up_id = arena_strdup(arena, subject.top_up_id);
    message->tries = open->saga.tries;
    message->due_time = timestamp_from_us(arena, open->due_us);
    message->create_time = timestamp_from_us(arena, open->created_us);
    return message;
}

static enum failure fill_page(struct arena *arena, const struct open_saga *sagas, size_t count,
                              size_t page_size, Gateway__V1__ListSagasResponse *response)
{
    char id[ID_TEXT_SIZE];
    size_t shown = count < page_size ? count : page_size;
    response->sagas = arena_alloc_array(arena, shown + 1, sizeof *response->sagas);
    for (; response->n_sagas < shown; response->n_sagas++) {
        response->sagas[response->n_sagas] = saga_message(arena, &sagas[response->n_sagas]);
    }
    if (count > page_size)
        response->next_page_token =
            arena_strdup(arena, id_format(sagas[shown - 1].saga.saga_id, id));
    return FAILURE_NONE;
}

static int list(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &gateway__v1__list_sagas_request__descriptor);
    const Gateway__V1__ListSagasRequest *request =
        (const Gateway__V1__ListSagasRequest *)(void *)exchange->request;
    Gateway__V1__ListSagasResponse *response =
        (Gateway__V1__ListSagasResponse *)(void *)exchange->response;
    struct open_saga *sagas;
    size_t count = 0, page_size = field_page_size(exchange->call, request->page_size);
    struct id below_id = field_page_token(exchange->call, request->page_token);
    int64_t tries_min = request->min_tries > 0 ? request->min_tries : TRIES_MIN;
    if (call_has_violations(exchange->call))
        return call_refuse_violations(exchange->call);
    int no = saga_store_list(reader_of(call_task(exchange->call), exchange->gateway->database),
                             below_id, tries_min, page_size + 1, &sagas, &count);
    if (no == 0)
        no = fill_page(call_arena(exchange->call), sagas, count, page_size, response);
    return no;
}

struct redrive {
    struct id saga_id;
    const char *principal_id;
};

static int redrive_once(struct mutation *mutation, const void *argument, ProtobufCMessage *response)
{
    const struct redrive *redrive = argument;
    Gateway__V1__RedriveSagaResponse *answer = (Gateway__V1__RedriveSagaResponse *)(void *)response;
    bool found = false;
    int no = saga_store_redrive(mutation->transaction, redrive->saga_id, redrive->principal_id,
                                clock_now_us(), &found);
    if (no != 0)
        return no;
    answer->due = found;
    return found ? 0 : call_refuse(mutation->call, &saga_not_found, NO_TERMS);
}

static int redrive(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &gateway__v1__redrive_saga_request__descriptor);
    const Gateway__V1__RedriveSagaRequest *request =
        (const Gateway__V1__RedriveSagaRequest *)(void *)exchange->request;
    struct redrive order = {field_id(exchange->call, "saga_id", request->saga_id),
                            exchange->session.principal_id};
    if (call_has_violations(exchange->call))
        return call_refuse_violations(exchange->call);
    int no = call_once(exchange->call, &(const struct once){.database = exchange->gateway->database,
                                                            .scope_id = order.saga_id,
                                                            .request_id = request->request_id,
                                                            .message = exchange->request,
                                                            .response = exchange->response,
                                                            .body = redrive_once,
                                                            .request = &order});
    if (no != 0)
        return no;
    log_write(LOG_INFO, "saga_redriven", log_id("saga_id", order.saga_id),
              log_text("principal_id", order.principal_id));
    loop_job_wake(exchange->gateway->saga_job);
    return no;
}

const struct filter filter_list_sagas = {.instead = list};
const struct filter filter_redrive_saga = {.instead = redrive};
