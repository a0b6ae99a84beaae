/* Opening an account across the contexts: identity knows who it is, payments its currency, and
 * ledger, sharing and payments are told what they must know. Reads the facts as they are now and
 * brings the others there, so it may be repeated at any time, by the rpc that changed something and
 * by the saga of its event. In two parts that wait for each other nowhere: where the money is
 * (payments and ledger), and sharing. */
#ifndef GATEWAY_JOBS_ACCOUNT_SYNC_H
#define GATEWAY_JOBS_ACCOUNT_SYNC_H

#include "gateway/gateway.h"

/* For a saga: both parts, each whatever became of the other. FAILURE_UNAVAILABLE when a peer said
 * no, has no place (peer_step_begin), or another account sync of the account takes too long; it was
 * logged. */
enum failure account_sync_run(struct task *task, struct gateway *gateway,
                              struct id account_id) must_check;

enum account_part { ACCOUNT_PART_MONEY, ACCOUNT_PART_SHARING, ACCOUNT_PART_COUNT };

#define ACCOUNT_SYNC_MS_MAX 30000 /* of a part */

/* One part, waited for to its end; is_step: of a saga. That of the money is for who must not go on
 * before the ledger was told of the account's company. */
enum failure account_sync_part(struct task *task, struct gateway *gateway, struct id account_id,
                               enum account_part name, bool is_step) must_check;

/* ---- account_begun.c ---- */

/* For an rpc that changed something: begins both parts in tasks of their own and waits a moment, so
 * that a caller mostly finds done what its next call needs. Its answer promises nothing of it: a
 * peer that stands still keeps nobody waiting. */
void account_sync_begin(struct task *task, struct gateway *gateway, struct id account_id);

/* When the process ends: what account_sync_begin began is left to the sagas. */
void account_sync_stop(void);

#endif
