#include "identity/service/proof.h"

#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/database/act_log.h"
#include "runtime/idempotency/call_actor.h"
#include "runtime/rpc/timestamp.h"

static struct metric proof_total = {.name = "identity_proof_total",
                                    .help = "Proofs of factors by outcome.",
                                    .kind = METRIC_COUNTER,
                                    .labels = {"outcome"}};

struct attempt proof_begin(struct call *call, enum factor_kind kind, const char *action)
{
    struct attempt attempt = {.call = call, .action = action, .session = {.kind = kind}};
    attempt.session.principal_id = caller_id(call);
    attempt.session.session_id = caller_session_id(call);
    attempt.session.proved_us = clock_now_us();
    attempt.step.principal_id = attempt.session.principal_id;
    attempt.step.now_us = attempt.session.proved_us;
    attempt.token = token_make(call_arena(call), attempt.session.token_hash);
    return attempt;
}

int proof_count(struct attempt *attempt)
{
    struct call *call = attempt->call;
    struct proof_attempts attempts;
    int64_t now_us = attempt->session.proved_us;
    int no = factor_store_count_attempt(identity_reader(call), attempt->session.principal_id,
                                        now_us, &attempt->proof.counted, &attempts);
    if (no != 0 || attempt->proof.counted)
        return no;
    metric_add(&proof_total, proof_refusal(PROOF_THROTTLED)->reason, 1);
    return call_refuse_retry(call, proof_refusal(PROOF_THROTTLED), NO_TERMS,
                             proof_wait_ms(&attempts, now_us));
}

/* Recovery codes that are left stay. */
int proof_prepare_codes(struct attempt *attempt, struct recovery_codes *codes)
{
    bool known, some_left = false;
    int no = factor_store_know_recovery(identity_reader(attempt->call), attempt->step.principal_id,
                                        recovery_code_mac(attempt->call, ""), &known, &some_left);
    if (no != 0 || some_left)
        return no;
    recovery_codes_make(attempt->call, codes);
    attempt->codes = codes;
    return 0;
}

/* ---- what is kept ---- */

static enum failure enroll(struct transaction *transaction, struct attempt *attempt)
{
    struct factor_lock lock;
    enum failure failure = factor_store_lock(transaction, attempt->step.principal_id, &lock);
    if (failure != FAILURE_NONE)
        return failure;
    attempt->enrollment = factor_enroll_decide(lock.counting);
    if (attempt->enrollment != FACTOR_ACCEPTED)
        return FAILURE_NONE;
    return factor_store_insert_credential(transaction, attempt->step.principal_id,
                                          attempt->enrolled, attempt->step.counter,
                                          &attempt->proof.fresh);
}

static enum failure take(struct transaction *transaction, struct attempt *attempt)
{
    if (attempt->enrolled != NULL)
        return enroll(transaction, attempt);
    if (attempt->code_mac.data != NULL)
        return factor_store_use_recovery(transaction, attempt->step.principal_id, attempt->code_mac,
                                         attempt->step.now_us, &attempt->proof.fresh);
    return factor_store_use(transaction, &attempt->step, &attempt->proof.fresh);
}

/* GW-07: a proof works once, so it has no request id and its act is kept here. */
static struct act act_of(const struct attempt *attempt, const char *reason)
{
    return (struct act){.actor = call_actor(attempt->call),
                        .account_id = call_actor(attempt->call)->account_id,
                        .object_id = attempt->object_id,
                        .action = attempt->action,
                        .tag = "",
                        .reason = reason,
                        .act_us = attempt->step.now_us};
}

static enum failure keep(struct transaction *transaction, void *argument)
{
    struct attempt *attempt = argument;
    enum failure failure = take(transaction, attempt);
    if (failure != FAILURE_NONE || !attempt->proof.fresh)
        return failure;
    failure = factor_store_prove(transaction, &attempt->session, &attempt->lives);
    if (failure == FAILURE_NONE && !attempt->lives) {
        transaction_discard(transaction);
        return FAILURE_NONE;
    }
    if (failure == FAILURE_NONE && attempt->codes != NULL)
        failure = factor_store_replace_recovery(transaction, attempt->step.principal_id,
                                                attempt->codes->macs, attempt->step.now_us);
    if (failure == FAILURE_NONE && attempt->event != SECURITY_NONE)
        failure = security_tell(
            attempt->call, transaction,
            &(struct security_event){.kind = attempt->event, .noted_us = attempt->step.now_us});
    const struct act act = act_of(attempt, "");
    return failure != FAILURE_NONE ? failure : act_append(transaction, &act);
}

static int refuse_proof(const struct attempt *attempt, enum proof_verdict verdict)
{
    const struct act act = act_of(attempt, proof_refusal(verdict)->reason);
    int no = act_append_alone(identity_reader(attempt->call), &act);
    return no != 0 ? no : call_refuse(attempt->call, proof_refusal(verdict), NO_TERMS);
}

/* Of two at once with one code, one passes: the statement that takes the step finds it taken. */
int proof_finish(struct attempt *attempt)
{
    struct call *call = attempt->call;
    int no = !attempt->proof.matches
                 ? 0
                 : database_transact(call_task(call), identity_of(call)->database,
                                     ISOLATION_READ_COMMITTED, keep, attempt);
    if (no != 0)
        return no;
    if (attempt->enrollment != FACTOR_ACCEPTED)
        return call_refuse(call, factor_refusal(attempt->enrollment), NO_TERMS);
    enum proof_verdict verdict = proof_decide(&attempt->proof);
    metric_add(&proof_total,
               verdict == PROOF_ACCEPTED ? "accepted" : proof_refusal(verdict)->reason, 1);
    if (verdict != PROOF_ACCEPTED)
        return refuse_proof(attempt, verdict);
    return attempt->lives ? messages_deliver(call) : call_refuse(call, &session_ended, NO_TERMS);
}

Google__Protobuf__Timestamp *proof_expire_time(const struct attempt *attempt)
{
    return timestamp_from_us(call_arena(attempt->call),
                             attempt->session.proved_us + PROOF_LIFETIME_US);
}
