#include "bench/load/door.h"

#include <assert.h>
#include <stdlib.h>

#include "runtime/rpc/status.h"

#define MESSAGE_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct door {
    struct credentials *credentials;
    size_t count, next;
    struct rpc_client *clients[DOOR_CONNECTIONS_MAX];
};

struct door *door_open(struct loop *loop, const struct door_settings *settings)
{
    const struct credentials_settings trust = {.certificate_file = "",
                                               .private_key_file = "",
                                               .authority_file = settings->authority_file,
                                               .name_override = ""};
    struct door *door = calloc(1, sizeof *door);
    assert(door != NULL && settings->connections <= DOOR_CONNECTIONS_MAX);
    door->credentials = credentials_new(&trust);
    if (door->credentials == NULL && settings->authority_file[0] != '\0') {
        free(door);
        return NULL;
    }
    const struct rpc_client_settings client = {.target = settings->gateway,
                                               .peer_begins_traces = true,
                                               .credentials = door->credentials,
                                               .timeout_ms = settings->timeout_ms,
                                               .attempts_max = settings->attempts,
                                               .message_bytes_max = MESSAGE_BYTES_MAX};
    for (; door->count < settings->connections; door->count++)
        door->clients[door->count] = rpc_client_new(loop, &client);
    return door;
}

void door_close(struct door *door)
{
    for (size_t i = 0; i < door->count; i++)
        rpc_client_free(door->clients[i]);
    if (door->credentials != NULL)
        credentials_free(door->credentials);
    free(door);
}

struct rpc_client *door_ask(struct door *door, const char *token, struct ask *ask)
{
    *ask = (struct ask){.bearer = ""};
    if (token != NULL) {
        bool fits = text_print(ask->bearer, sizeof ask->bearer, "Bearer %s", token);
        assert(fits);
        (void)fits;
        ask->headers[0] = (struct rpc_header){"authorization", ask->bearer};
        ask->options.headers = ask->headers;
    }
    return door->clients[door->next++ % door->count];
}

static enum outcome outcome_of(enum failure failure, enum code code)
{
    if (failure != FAILURE_NONE)
        return OUTCOME_FAILED;
    return code == CODE_OK                   ? OUTCOME_SUCCEEDED
           : code == CODE_RESOURCE_EXHAUSTED ? OUTCOME_LIMITED
                                             : OUTCOME_REFUSED;
}

/* RESOURCE_EXHAUSTED is a limit's word, also where the client made a failure of it: nothing was
 * done. */
struct heard door_hear(enum failure failure, const struct rpc_status *status, bool mutates)
{
    bool is_lost = failure == FAILURE_INDEFINITE || failure == FAILURE_DEADLINE ||
                   failure == FAILURE_CANCELLED || failure == FAILURE_INTERNAL;
    struct heard heard = {.outcome = outcome_of(failure, status->code),
                          .is_known = !mutates || !is_lost};
    if (heard.outcome == OUTCOME_FAILED && !is_lost && status->code == CODE_RESOURCE_EXHAUSTED)
        heard.outcome = OUTCOME_LIMITED;
    const char *code = status->code != CODE_OK || failure == FAILURE_NONE
                           ? status_code_name(status->code)
                           : failure_name(failure);
    const char *reason = status->reason != NULL ? status->reason : "";
    (void)!text_print(heard.text, sizeof heard.text, "%s%s%.40s", code,
                      reason[0] != '\0' ? " " : "", reason);
    return heard;
}
