/* For the tests of the rpc client: peers, clients of them, and one call. */
#ifndef TESTS_SUPPORT_TEST_RPC_CLIENT_H
#define TESTS_SUPPORT_TEST_RPC_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "event/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/server.h"
#include "runtime/rpc/status.h"
#include "tests/support/test_loop.h"
#include "tests/support/test_mute.h"
#include "tests/support/test_peer.h"

static inline struct rpc_client *client_of(struct task *task, const char *target, int attempts_max)
{
    struct rpc_client_settings settings = {.target = target,
                                           .timeout_ms = 5000,
                                           .attempts_max = attempts_max,
                                           .message_bytes_max = 100000};
    return rpc_client_new(task_loop(task), &settings);
}

static inline struct rpc_client *client_of_port(struct task *task, int port, int attempts_max)
{
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", port);
    return client_of(task, target, attempts_max);
}

static inline enum failure list_events(struct rpc_client *client, const char *cursor,
                                       enum rpc_effect effect,
                                       Event__V1__ListEventsResponse **response,
                                       struct rpc_status *status)
{
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    request.cursor = (char *)(uintptr_t)cursor;
    struct rpc_call_options options = {.effect = effect};
    return RPC_CALL_WITH(task_current(), client, &options, event__v1__event_service, list_events,
                         &request, response, status);
}

#endif
