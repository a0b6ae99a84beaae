/* The way in: clients of the gateway, each with a connection of its own, used in turn. */
#ifndef BENCH_LOAD_DOOR_H
#define BENCH_LOAD_DOOR_H

#include "bench/measure/roster.h"
#include "bench/load/rules/result.h"
#include "runtime/rpc/client.h"

#define DOOR_CONNECTIONS_MAX 64

struct door;

struct door_settings {
    const char *gateway;
    const char *authority_file; /* PEM; "": plaintext */
    size_t connections;
    int64_t timeout_ms; /* of a call */
    int attempts;       /* 1 where every attempt is counted */
};

/* NULL: the authority's file cannot be read; one line was logged. */
struct door *door_open(struct loop *loop, const struct door_settings *settings);
void door_close(struct door *door);

/* Goes along with a call. */
struct ask {
    char bearer[sizeof "Bearer " + ROSTER_TOKEN_SIZE];
    struct rpc_header headers[2];
    struct rpc_call_options options;
};

/* The next client, with ask filled for a session; token NULL: without one. */
struct rpc_client *door_ask(struct door *door, const char *token, struct ask *ask);

/* An answer in the terms of a result. */
struct heard {
    enum outcome outcome;
    bool is_known; /* whether it was done */
    char text[64]; /* code and reason */
};

/* mutates: what is not known of a call that only reads harms nobody. */
struct heard door_hear(enum failure failure, const struct rpc_status *status, bool mutates);

#endif
