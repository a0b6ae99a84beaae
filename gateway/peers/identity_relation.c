#include "gateway/peers/identity_relation.h"

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/own_call.h"
#include "identity/v1/closing.pb-c.h"
#include "identity/v1/event.pb-c.h"
#include "identity/v1/relation.pb-c.h"
#include "runtime/base/text.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

/* An identity of the last release has no relations to tell of. */
static enum failure list(struct peer_call call, const char *account_id,
                         Identity__V1__ListClosingBlockersResponse **response)
{
    Identity__V1__ListClosingBlockersRequest request =
        IDENTITY__V1__LIST_CLOSING_BLOCKERS_REQUEST__INIT;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    *response = NULL;
    enum failure failure = RPC_CALL(call.task, call.peer, identity__v1__closing_service,
                                    list_closing_blockers, &request, response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_UNIMPLEMENTED)
        call.status->code = CODE_OK;
    else if (failure == FAILURE_NONE && call.status->code == CODE_OK && *response == NULL)
        return FAILURE_INTERNAL;
    return failure;
}

enum failure identity_closing_blockers(struct peer_call call, const char *account_id,
                                       struct closing_blocker blockers[CLOSING_BLOCKERS_MAX],
                                       size_t *count)
{
    Identity__V1__ListClosingBlockersResponse *response = NULL;
    enum failure failure = list(call, account_id, &response);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK || response == NULL)
        return failure;
    for (size_t i = 0; i < response->n_blockers && *count < CLOSING_BLOCKERS_MAX; i++)
        blockers[(*count)++] = (struct closing_blocker){response->blockers[i]->reason,
                                                        response->blockers[i]->sentence,
                                                        0,
                                                        "",
                                                        response->blockers[i]->relation_id,
                                                        0,
                                                        0};
    return FAILURE_NONE;
}

enum failure identity_closed_set(struct peer_call call, const char *account_id, bool closed,
                                 struct id request_id)
{
    char request_text[ID_TEXT_SIZE];
    Identity__V1__SetClosedRequest request = IDENTITY__V1__SET_CLOSED_REQUEST__INIT;
    Identity__V1__SetClosedResponse *response = NULL;
    request.account_id = arena_strdup(task_arena(call.task), account_id);
    request.request_id = id_format(request_id, request_text);
    request.closed = closed;
    enum failure failure =
        RPC_CALL_WITH(call.task, call.peer, OWN_CALL("gateway.set_closed"),
                      identity__v1__closing_service, set_closed, &request, &response, call.status);
    if (failure == FAILURE_NONE && call.status->code == CODE_UNIMPLEMENTED)
        call.status->code = CODE_OK;
    return failure;
}

enum failure identity_partner_of(struct peer_call call, const char *account_id,
                                 const char **agent_id)
{
    Identity__V1__ListClosingBlockersResponse *response = NULL;
    *agent_id = "";
    enum failure failure = list(call, account_id, &response);
    if (failure != FAILURE_NONE || call.status->code != CODE_OK || response == NULL)
        return failure;
    for (size_t i = 0; i < response->n_blockers; i++)
        if (text_equal(response->blockers[i]->customer_account_id, account_id))
            *agent_id = response->blockers[i]->agent_account_id;
    return FAILURE_NONE;
}

#define VERSION_ANY 1 /* an end counts whatever was told before */

static const Identity__V1__Relation *ended_of(const ProtobufCMessage *answer)
{
    if (answer->descriptor == &identity__v1__end_relation_response__descriptor)
        return ((const Identity__V1__EndRelationResponse *)(const void *)answer)->relation;
    if (answer->descriptor == &identity__v1__confirm_relation_response__descriptor)
        return ((const Identity__V1__ConfirmRelationResponse *)(const void *)answer)
            ->replaced_relation;
    return NULL;
}

bool identity_relation_end(const ProtobufCMessage *answer, struct identity_relation *relation)
{
    const Identity__V1__Relation *ended = ended_of(answer);
    if (ended == NULL || ended->state != IDENTITY__V1__RELATION_STATE__RELATION_STATE_ENDED)
        return false;
    *relation = (struct identity_relation){
        .agent_id = ended->agent_account_id,
        .customer_id = ended->customer_account_id,
        .version = ended->version > 0 ? ended->version : VERSION_ANY,
        .previous_version = ended->version,
        .settlement_mode = IDENTITY__V1__SETTLEMENT_MODE__SETTLEMENT_MODE_OWN_ACCOUNT,
        .ended = true};
    return id_parse(ended->relation_id, &relation->relation_id) &&
           timestamp_to_us(ended->end_time, &relation->since_us);
}

static bool read_at_risk(struct arena *arena, struct bytes payload, struct identity_risk *risk)
{
    const Identity__V1__UpstreamAtRisk *event =
        (const void *)message_unpack(arena, &identity__v1__upstream_at_risk__descriptor, payload);
    if (event == NULL)
        return false;
    *risk = (struct identity_risk){.agent_id = event->agent_account_id,
                                   .customer_id = event->customer_account_id,
                                   .at_risk = true};
    return id_parse(event->relation_id, &risk->relation_id) &&
           timestamp_to_us(event->begin_time, &risk->since_us);
}

bool identity_event_risk(struct arena *arena, const char *type, struct bytes payload,
                         struct identity_risk *risk)
{
    if (text_equal(type, identity__v1__upstream_at_risk__descriptor.name))
        return read_at_risk(arena, payload, risk);
    const Identity__V1__UpstreamRecovered *event =
        (const void *)message_unpack(arena, &identity__v1__upstream_recovered__descriptor, payload);
    if (event == NULL)
        return false;
    *risk = (struct identity_risk){.agent_id = event->agent_account_id,
                                   .customer_id = event->customer_account_id};
    return id_parse(event->relation_id, &risk->relation_id) &&
           timestamp_to_us(event->end_time, &risk->since_us);
}
