/* The gateway: what its rpcs and jobs share. One per process, as long as the process. */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "gateway/domain/gate.h"
#include "gateway/domain/stream_limit.h"
#include "runtime/rpc/gather.h"
#include "runtime/database/database.h"
#include "runtime/rpc/client.h"

enum gateway_peer { PEER_IDENTITY, PEER_PAYMENTS, PEER_LEDGER, PEER_SHARING, PEER_COUNT };

struct limiter;
struct session_cache;
struct company_cache;
struct ceiling_cache;
struct forms;
struct masks;
struct rpc_server;
struct gateway;
struct ledger_orders;

struct gateway {
    struct database *database;
    struct rpc_client *identity;
    struct rpc_client *payments;
    struct rpc_client *ledger;
    struct rpc_client *sharing;
    struct ledger_orders *orders; /* single ones, on their way to the ledger */
    struct limiter *limiter;
    struct gather questions; /* to identity, before every call */
    struct session_cache *sessions;
    struct company_cache *companies;
    struct ceiling_cache *ceilings;
    struct forms *forms;
    struct masks *masks;
    struct stream_limit stream_limit;
    int64_t recheck_ms; /* how often a stream's session is looked at again */
    struct loop_job *saga_job;
    int64_t sagas_keep_us;
    struct rpc_server *server; /* whose methods are carried out for approvals */
    /* service/approval.h's, for the job that carries out what was approved */
    enum failure (*carry_out)(struct task *task, struct gateway *gateway, struct id approval_id,
                              const char **outcome);
    struct gate calls[PEER_COUNT]; /* passed on */
    struct gate steps[PEER_COUNT]; /* of sagas */
};

/* The services that the gateway answers itself (cmake/handlers.py makes these). */
void readiness_service_mount(struct rpc_server *server, struct gateway *gateway);
void blocker_service_mount(struct rpc_server *server, struct gateway *gateway);
void overview_service_mount(struct rpc_server *server, struct gateway *gateway);
void permission_service_mount(struct rpc_server *server, struct gateway *gateway);
void approval_service_mount(struct rpc_server *server, struct gateway *gateway);
void ceiling_service_mount(struct rpc_server *server, struct gateway *gateway);
void closing_service_mount(struct rpc_server *server, struct gateway *gateway);
void saga_service_mount(struct rpc_server *server, struct gateway *gateway);
void act_service_mount(struct rpc_server *server, struct gateway *gateway);

#endif
