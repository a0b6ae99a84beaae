#include "gateway/service/readiness.h"
#include "gateway/service/readiness_rpc.h"

static Gateway__V1__MissingStep *step_to_message(struct arena *arena, const struct refusal *refusal)
{
    Gateway__V1__MissingStep *message = arena_alloc(arena, sizeof(*message));
    gateway__v1__missing_step__init(message);
    message->reason = arena_strdup(arena, refusal->reason);
    message->sentence = arena_strdup(arena, refusal->sentence);
    return message;
}

static int get_readiness(struct exchange *exchange, const struct get_readiness *request,
                         Gateway__V1__GetReadinessResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    struct readiness_missing missing = {0};
    int no = readiness_find_missing(exchange, request->region, &missing);
    if (no != 0)
        return no;
    response->ready = missing.count == 0;
    response->n_missing_steps = missing.count;
    response->missing_steps =
        arena_alloc_array(arena, missing.count + 1, sizeof(*response->missing_steps));
    for (size_t i = 0; i < missing.count; i++)
        response->missing_steps[i] = step_to_message(arena, missing.found[i].refusal);
    return 0;
}
