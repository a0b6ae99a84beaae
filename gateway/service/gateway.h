/* The gateway: what its rpcs and jobs share. One per process, as long as the process. */
#ifndef GATEWAY_SERVICE_GATEWAY_H
#define GATEWAY_SERVICE_GATEWAY_H

#include "gateway/domain/gate.h"
#include "gateway/domain/seats.h"
#include "gateway/service/form.h"
#include "gateway/service/limiter.h"
#include "gateway/service/session_cache.h"
#include "runtime/base/settings.h"
#include "runtime/database/database.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/server.h"

enum gateway_peer { PEER_IDENTITY, PEER_PAYMENTS, PEER_LEDGER, PEER_SHARING, PEER_COUNT };

struct gateway {
    struct database *database;
    struct rpc_client *identity;
    struct rpc_client *payments;
    struct rpc_client *ledger;
    struct rpc_client *sharing;
    struct limiter limiter;
    struct session_cache sessions;
    struct seats seats;
    struct forms forms;
    int64_t recheck_ms; /* how often a stream's session is looked at again */
    struct loop_job *saga_job;
    int64_t sagas_keep_us;
    struct gate calls[PEER_COUNT]; /* passed on */
    struct gate steps[PEER_COUNT]; /* of sagas */
};

/* The gateway's own settings, for the process's plan. */
#define GATEWAY_SETTING_COUNT 22
extern const struct setting gateway_settings[GATEWAY_SETTING_COUNT];

/* Reads the limits; peers and database are the caller's to set. */
void gateway_init(struct gateway *gateway, const struct settings *settings);

/* Mounts every service of the routes table. */
void gateway_mount(struct gateway *gateway, struct rpc_server *server);

/* Starts following the peers' events and carrying sagas to their end. */
void gateway_start_jobs(struct gateway *gateway, struct loop *loop,
                        const struct settings *settings);

/* Something happened that others are waiting for: look at once, not at the next turn. */
void gateway_wake(struct gateway *gateway);

#endif
