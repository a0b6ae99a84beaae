/* Followers: each reads one peer's events by cursor and keeps a saga for every event that asks for
 * one, in the transaction that moves the cursor. So each event is applied once and none is missed,
 * whatever is killed when and however many replicas follow. */
#ifndef GATEWAY_JOBS_FOLLOWER_H
#define GATEWAY_JOBS_FOLLOWER_H

#include "gateway/service/gateway.h"

struct follower {
    struct gateway *gateway;
    const char *peer; /* "payments" */
    struct rpc_client *client;
    struct loop_job *job;
};

/* One turn of a follower's job: one page of events; asks for another turn when there was anything.
 */
enum failure follower_job(struct task *task, void *follower);

#endif
