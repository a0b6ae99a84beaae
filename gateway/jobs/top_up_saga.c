/* From top-up to its end: payments proved that the money came (TopUpSucceeded), the ledger credits
 * exactly that amount to the target, payments is told. When the account cannot take it, it is
 * booked in the provider's suspense, and tried again until it can, or until an operator sends it
 * back (TopUpReturnDecided, TopUpReturned). Every step carries an id derived from the top-up, so a
 * step that is repeated after a crash is the same step. Whether a top-up is credited or returned,
 * the ledger decides: crediting and forgoing are for the same request id, so exactly one of them is
 * ever done. */
#include <string.h>

#include "gateway/domain/suspense.h"
#include "gateway/jobs/account_sync.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/peers/ledger_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "gateway/store/account_store.h"

#define CREDIT "credit"

/* One call at a peer, in a place of its own there. */
#define AT(gateway, peer, failure, call)                          \
    do {                                                          \
        (failure) = peer_step_begin((gateway), (peer));           \
        if ((failure) == FAILURE_NONE)                            \
            (failure) = peer_step_end((gateway), (peer), (call)); \
    } while (0)

static enum failure accepted(struct task *task, enum peer_step_name step,
                             const struct payments_top_up *top_up, enum failure failure,
                             const struct rpc_status *status)
{
    return peer_accepted(task, &(struct peer_step){"credit_top_up", step, top_up->top_up_id},
                         failure, status);
}

/* Settled 11: a target that is alone and was verified a moment ago moves before money arrives. */
static enum failure catch_up(struct task *task, struct gateway *gateway,
                             const struct payments_top_up *top_up, struct id target)
{
    struct account_home home;
    struct identity_account account;
    struct rpc_status status;
    struct id company;
    enum failure failure = account_store_read(reader_of(task, gateway->database), target, &home);
    bool may_move = id_equal(home.chain_id, target) && !id_equal(home.told_company_id, target);
    if (failure != FAILURE_NONE || !may_move)
        return failure;
    AT(gateway, PEER_IDENTITY, failure,
       identity_account_get((struct peer_call){task, gateway->identity, &status},
                            top_up->target_account_id, &account));
    failure = accepted(task, STEP_IDENTITY_GET_ACCOUNT, top_up, failure, &status);
    if (failure != FAILURE_NONE || !account.corporate || !id_parse(account.company_id, &company) ||
        id_equal(company, home.told_company_id))
        return failure;
    return account_sync_part(task, gateway, target, ACCOUNT_PART_MONEY, true);
}

/* Where the target's money lives; "" until it was opened. */
static enum failure target_company(struct task *task, struct gateway *gateway,
                                   const struct payments_top_up *top_up,
                                   char company_text[ID_TEXT_SIZE])
{
    struct account_home home;
    struct id target;
    if (!id_parse(top_up->target_account_id, &target))
        return FAILURE_INTERNAL;
    enum failure failure = catch_up(task, gateway, top_up, target);
    if (failure == FAILURE_NONE)
        failure = account_store_read(reader_of(task, gateway->database), target, &home);
    if (failure == FAILURE_NONE)
        id_format(home.company_id, company_text);
    if (failure == FAILURE_NONE && id_is_nil(home.company_id))
        company_text[0] = '\0';
    return failure;
}

/* ---- suspense ---- */

struct suspense {
    char account[ID_TEXT_SIZE];
    char company[ID_TEXT_SIZE];
    struct ledger_place place;
};

static void suspense_of(const struct payments_top_up *top_up, struct suspense *suspense)
{
    id_format(suspense_account(top_up->currency), suspense->account);
    id_format(suspense_company(), suspense->company);
    suspense->place = (struct ledger_place){suspense->account, suspense->company};
}

static enum failure credit_suspense(struct task *task, struct gateway *gateway,
                                    const struct suspense *suspense,
                                    const struct payments_top_up *top_up, struct rpc_status *status)
{
    struct payments_top_up booked = *top_up;
    struct id request_id = id_derive(top_up->top_up_id, "suspense.put");
    enum failure failure;
    booked.remark = ""; /* not every event tells it, and the same id must say the same */
    AT(gateway, PEER_LEDGER, failure,
       ledger_top_up_credit((struct peer_call){task, gateway->ledger, status}, &suspense->place,
                            &booked, request_id));
    return failure;
}

/* Books it in suspense, once. The first of a currency opens its account. */
static enum failure put(struct task *task, struct gateway *gateway,
                        const struct payments_top_up *top_up)
{
    struct suspense suspense;
    struct rpc_status status;
    suspense_of(top_up, &suspense);
    enum failure failure = credit_suspense(task, gateway, &suspense, top_up, &status);
    if (failure == FAILURE_NONE && status.code == CODE_NOT_FOUND) {
        struct id sync = id_derive(suspense_account(top_up->currency), "ledger.open");
        AT(gateway, PEER_LEDGER, failure,
           ledger_suspense_open((struct peer_call){task, gateway->ledger, &status}, &suspense.place,
                                top_up->currency, sync));
        failure = accepted(task, STEP_LEDGER_OPEN_ACCOUNT, top_up, failure, &status);
        if (failure == FAILURE_NONE)
            failure = credit_suspense(task, gateway, &suspense, top_up, &status);
    }
    return accepted(task, STEP_LEDGER_CREDIT_SUSPENSE, top_up, failure, &status);
}

/* Out of suspense, once, for the money is elsewhere now; put first, in case whoever marked it did
 * not get that far. */
static enum failure release(struct task *task, struct gateway *gateway,
                            const struct payments_top_up *top_up, const char *tag)
{
    struct suspense suspense;
    struct rpc_status status;
    suspense_of(top_up, &suspense);
    enum failure failure = put(task, gateway, top_up);
    if (failure != FAILURE_NONE)
        return failure;
    AT(gateway, PEER_LEDGER, failure,
       ledger_top_up_release((struct peer_call){task, gateway->ledger, &status}, &suspense.place,
                             top_up, tag));
    return accepted(task, STEP_LEDGER_RELEASE_TOP_UP, top_up, failure, &status);
}

static enum failure suspend(struct task *task, struct gateway *gateway,
                            const struct payments_top_up *top_up, bool in_suspense,
                            const char *reason)
{
    struct rpc_status status;
    enum failure failure = FAILURE_NONE;
    if (!in_suspense) {
        AT(gateway, PEER_PAYMENTS, failure,
           payments_top_up_suspend((struct peer_call){task, gateway->payments, &status}, top_up,
                                   reason));
        failure = accepted(task, STEP_PAYMENTS_MARK_IN_SUSPENSE, top_up, failure, &status);
    }
    return failure == FAILURE_NONE ? put(task, gateway, top_up) : failure;
}

/* ---- credit ---- */

/* *refused is NULL when it was credited, else the reason why not. */
static enum failure credit(struct task *task, struct gateway *gateway,
                           const struct payments_top_up *top_up, const char *company,
                           const char **refused)
{
    struct rpc_status status;
    struct ledger_place place = {top_up->target_account_id, company};
    *refused = SUSPENSE_NOT_OPENED;
    if (text_is_empty(company))
        return FAILURE_NONE;
    enum failure failure;
    struct id request_id = id_derive(top_up->top_up_id, CREDIT);
    AT(gateway, PEER_LEDGER, failure,
       ledger_top_up_credit((struct peer_call){task, gateway->ledger, &status}, &place, top_up,
                            request_id));
    *refused = NULL;
    if (failure == FAILURE_NONE && status.code != CODE_OK && suspense_takes(status.reason)) {
        *refused = status.reason;
        return FAILURE_NONE;
    }
    return accepted(task, STEP_LEDGER_CREDIT_TOP_UP, top_up, failure, &status);
}

static enum failure report_credited(struct task *task, struct gateway *gateway,
                                    const struct payments_top_up *top_up)
{
    struct rpc_status status;
    struct payments_received received = {.was_in_suspense = false};
    enum failure failure;
    AT(gateway, PEER_PAYMENTS, failure,
       payments_top_up_mark_credited((struct peer_call){task, gateway->payments, &status}, top_up,
                                     &received));
    failure = accepted(task, STEP_PAYMENTS_MARK_CREDITED, top_up, failure, &status);
    return failure == FAILURE_NONE && received.was_in_suspense
               ? release(task, gateway, top_up, "CREDITED")
               : failure;
}

/* Of what payments knows to be credited the ledger answers as it did, or, put back to a state
 * before, does it now. */
static enum failure credit_and_report(struct task *task, struct gateway *gateway,
                                      const struct payments_top_up *top_up, const char *company,
                                      const char **refused)
{
    enum failure failure = credit(task, gateway, top_up, company, refused);
    return failure == FAILURE_NONE && *refused == NULL ? report_credited(task, gateway, top_up)
                                                       : failure;
}

static enum failure credit_again(struct task *task, struct gateway *gateway,
                                 const struct payments_top_up *top_up, const char *company,
                                 const char **outcome)
{
    const char *refused;
    enum failure failure = credit_and_report(task, gateway, top_up, company, &refused);
    if (failure != FAILURE_NONE || refused == NULL)
        return failure;
    *outcome = refused;
    return suspense_may_end(refused) ? SAGA_WAITS : FAILURE_NONE;
}

static enum failure read_received(struct task *task, struct gateway *gateway,
                                  const struct payments_top_up *top_up,
                                  struct payments_received *received)
{
    struct rpc_status status;
    enum failure failure;
    *received = (struct payments_received){.credited = false};
    AT(gateway, PEER_PAYMENTS, failure,
       payments_top_up_get((struct peer_call){task, gateway->payments, &status}, top_up, received));
    return accepted(task, STEP_PAYMENTS_GET_TOP_UP, top_up, failure, &status);
}

/* The company is read before the state: whoever decides a return decides the state first and reads
 * the company then, so of a credit that saw no return, the return sees the company, and lets the
 * ledger judge. */
enum failure saga_credit_top_up(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome)
{
    struct payments_top_up top_up;
    struct payments_received received;
    char company[ID_TEXT_SIZE];
    const char *refused;
    *outcome = SAGA_DONE;
    if (!payments_top_up_read(task_arena(task), saga->payload, &top_up))
        return SAGA_UNREAD;
    enum failure failure = target_company(task, gateway, &top_up, company);
    if (failure == FAILURE_NONE)
        failure = read_received(task, gateway, &top_up, &received);
    if (failure != FAILURE_NONE)
        return failure;
    if (received.credited)
        return credit_again(task, gateway, &top_up, company, outcome);
    if (!received.may_be_credited) /* on its way back to the payer */
        return FAILURE_NONE;
    failure = credit_and_report(task, gateway, &top_up, company, &refused);
    if (failure != FAILURE_NONE || refused == NULL)
        return failure;
    failure = suspend(task, gateway, &top_up, received.in_suspense, refused);
    if (failure != FAILURE_NONE)
        return failure;
    *outcome = refused;
    return suspense_may_end(refused) ? SAGA_WAITS : FAILURE_NONE;
}

/* ---- back to the payer ---- */

/* *credited: the ledger was faster. */
static enum failure forgo(struct task *task, struct gateway *gateway,
                          const struct payments_top_up *top_up, const char *company, bool *credited)
{
    struct rpc_status status;
    struct ledger_place place = {top_up->target_account_id, company};
    const char *refused = NULL;
    *credited = false;
    enum failure failure;
    struct id request_id = id_derive(top_up->top_up_id, CREDIT);
    AT(gateway, PEER_LEDGER, failure,
       ledger_top_up_forgo((struct peer_call){task, gateway->ledger, &status}, &place, top_up,
                           request_id));
    if (failure != FAILURE_NONE || status.code == CODE_OK ||
        !text_equal(status.reason, "IDEMPOTENCY_MISMATCH"))
        return accepted(task, STEP_LEDGER_FORGO_TOP_UP, top_up, failure, &status);
    failure = credit(task, gateway, top_up, company, &refused); /* replays what was answered then */
    *credited = failure == FAILURE_NONE && refused == NULL;
    return failure;
}

/* A credit that is refused for good is as good as forgone: it is kept under the id. Money that
 * payments knows to be credited is not forgone in a ledger that was put back to before it. */
enum failure saga_return_top_up(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome)
{
    struct payments_top_up top_up;
    struct payments_received received;
    struct rpc_status status;
    char company[ID_TEXT_SIZE];
    bool credited = false;
    *outcome = SAGA_DONE;
    if (!payments_return_decided_read(task_arena(task), saga->payload, &top_up))
        return SAGA_UNREAD;
    enum failure failure = read_received(task, gateway, &top_up, &received);
    if (failure == FAILURE_NONE)
        failure = target_company(task, gateway, &top_up, company);
    if (failure == FAILURE_NONE && received.credited)
        return credit_again(task, gateway, &top_up, company, outcome);
    if (failure == FAILURE_NONE && !text_is_empty(company))
        failure = forgo(task, gateway, &top_up, company, &credited);
    if (failure != FAILURE_NONE)
        return failure;
    if (credited)
        return report_credited(task, gateway, &top_up);
    AT(gateway, PEER_PAYMENTS, failure,
       payments_refund_start((struct peer_call){task, gateway->payments, &status}, &top_up));
    return accepted(task, STEP_PAYMENTS_START_REFUND, &top_up, failure, &status);
}

enum failure saga_settle_return(struct task *task, struct gateway *gateway, const struct saga *saga,
                                const char **outcome)
{
    struct payments_top_up top_up;
    bool was_in_suspense;
    *outcome = SAGA_DONE;
    if (!payments_returned_read(task_arena(task), saga->payload, &top_up, &was_in_suspense))
        return SAGA_UNREAD;
    return was_in_suspense ? release(task, gateway, &top_up, "RETURNED") : FAILURE_NONE;
}
