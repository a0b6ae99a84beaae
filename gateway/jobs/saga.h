/* Sagas: what the events of other contexts ask the gateway to carry to its end, exactly once
 * whatever is killed when. The event consumer (event_consumer.h) keeps one for every such event;
 * any replica takes it in hand; every step is idempotent by an id derived from the event or from
 * what the event is about; what cannot go on is tried again, later and later, for ever. */
#ifndef GATEWAY_JOBS_SAGA_H
#define GATEWAY_JOBS_SAGA_H

#include "gateway/gateway.h"
#include "gateway/store/saga_store.h"

/* FAILURE_NONE: at its end, with the outcome "DONE" or the reason why nothing more can be done.
 * SAGA_WAITS with an outcome: later again, for it waits for what this reason names. Any failure:
 * later again. */
struct saga_kind {
    const char *event_type;
    enum failure (*run)(struct task *task, struct gateway *gateway, const struct saga *saga,
                        const char **outcome);
};

#define SAGA_DONE "DONE"

/* A payload that cannot be read now, for want of memory or by a fault of ours: later again, never
 * given up. */
#define SAGA_UNREAD FAILURE_INVALID

/* Nothing is wrong, but what it waits for has not come. */
#define SAGA_WAITS FAILURE_UNAVAILABLE

/* NULL: the gateway has nothing to do for such an event. */
const struct saga_kind *saga_kind_find(const char *event_type);

/* Side by side, but not more than STEPS_AT_A_PEER_MAX (service/start.c) of them at one peer: so
 * many of these workers that all peers but one may stand still. */
#define SAGA_WORKERS 40

/* Starts the job that looks for due sagas, the workers that take them in hand, one each, and the
 * job that removes sagas whose end is long past; open ones stay for ever. */
void sagas_start(struct gateway *gateway, struct loop *loop, int64_t interval_ms);

/* When a saga that was tried so often is tried again. */
int64_t saga_pause_us(int64_t tries);

/* ---- the kinds ---- */

enum failure saga_open_account(struct task *task, struct gateway *gateway, const struct saga *saga,
                               const char **outcome) must_check;
enum failure saga_warn(struct task *task, struct gateway *gateway, const struct saga *saga,
                       const char **outcome) must_check;
enum failure saga_tell_suspended(struct task *task, struct gateway *gateway,
                                 const struct saga *saga, const char **outcome) must_check;
enum failure saga_credit_top_up(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome) must_check;
enum failure saga_return_top_up(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome) must_check;
enum failure saga_settle_return(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome) must_check;
enum failure saga_notify_failed_top_up(struct task *task, struct gateway *gateway,
                                       const struct saga *saga, const char **outcome) must_check;
enum failure saga_carry_out_approval(struct task *task, struct gateway *gateway,
                                     const struct saga *saga, const char **outcome) must_check;
enum failure saga_notify_approval(struct task *task, struct gateway *gateway,
                                  const struct saga *saga, const char **outcome) must_check;
enum failure saga_cancel_of_leaver(struct task *task, struct gateway *gateway,
                                   const struct saga *saga, const char **outcome) must_check;
enum failure saga_tell_relation(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome) must_check;
enum failure saga_tell_risk(struct task *task, struct gateway *gateway, const struct saga *saga,
                            const char **outcome) must_check;
enum failure saga_clear_transit(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome) must_check;
enum failure saga_follow_upstream(struct task *task, struct gateway *gateway,
                                  const struct saga *saga, const char **outcome) must_check;
enum failure saga_notify_funding(struct task *task, struct gateway *gateway,
                                 const struct saga *saga, const char **outcome) must_check;
enum failure saga_notify_limit(struct task *task, struct gateway *gateway, const struct saga *saga,
                               const char **outcome) must_check;

#endif
