/* A peer to call: event.v1.EventService over a real socket, which does what the request's cursor
 * says. */
#ifndef TESTS_SUPPORT_TEST_PEER_H
#define TESTS_SUPPORT_TEST_PEER_H

#include "runtime/rpc/server.h"

/*   "refuse"    FAILED_PRECONDITION OVERDUE with the term overdue = "12.00"
 *   "violate"   INVALID_ARGUMENT for the fields cursor and page_size
 *   "deny"      PERMISSION_DENIED
 *   "throttle"  RESOURCE_EXHAUSTED with a delay
 *   "exhaust"   RESOURCE_EXHAUSTED EXHAUSTED
 *   "internal"  INTERNAL
 *   "large"     an answer of 200 000 bytes
 *   "slow"      an answer after 20 s
 *   else        one event with the same cursor, type "echo" and the request's page_size as payload
 * size */
struct test_peer {
    const struct credentials *credentials; /* set before start; NULL: plaintext */
    int unavailable_calls;                 /* the first so many calls are answered UNAVAILABLE */
    int indefinite_calls; /* the first so many calls are answered UNAVAILABLE INDEFINITE */
    struct rpc_server *server;
    int calls;
    char request_id[64]; /* of the last call; "(none)" when absent */
    char trace_parent[64];
    char trace_state[64];
    char account_id[64];
    char identity[128];
};

void test_peer_start(struct task *task, struct test_peer *peer, const char *address);
void test_peer_stop(struct task *task, struct test_peer *peer);

#endif
