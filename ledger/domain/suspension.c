#include "ledger/domain/suspension.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "runtime/base/amount.h"

#define LABEL_SIZE 32

static const struct refusal suspension_refusals[] = {SUSPENSION_REFUSALS(REFUSAL_ROW)};
static const struct refusal acknowledging_refusals[] = {ACKNOWLEDGING_REFUSALS(REFUSAL_ROW)};

const struct refusal *suspension_refusal(enum suspension_verdict verdict)
{
    assert(verdict != SUSPENSION_ACCEPTED);
    return &suspension_refusals[verdict - 1];
}

const struct refusal *acknowledging_refusal(enum acknowledging_verdict verdict)
{
    assert(verdict != ACKNOWLEDGING_ACCEPTED);
    return &acknowledging_refusals[verdict - 1];
}

/* Exactly seven days are within the last seven days; a notice of a clock that was set back since
 * counts. */
static bool is_warned(const struct account *account, int64_t now_us)
{
    return account->warned_us != 0 && now_us - account->warned_us <= SUSPENSION_WARNED_US;
}

/* How long services run on below the line (settled 12). */
static int64_t runs_on_us(const struct account *account, int64_t grace_us, int64_t now_us)
{
    assert(account->suspension_policy != SUSPENSION_NONE && grace_us >= 0);
    if (account->suspension_policy == SUSPENSION_DELAY)
        return SUSPENSION_DELAY_US;
    return is_warned(account, now_us) ? 0 : grace_us;
}

/* Turns of one moment differ: their ids follow from it. */
static void turn(struct account *account, int64_t now_us)
{
    assert(now_us > 0);
    account->turned_us = amount_max(now_us, account->turned_us + 1);
}

static void run(struct account *account, int64_t now_us)
{
    if (account->suspended)
        turn(account, now_us);
    account->suspended = account->release_due = false;
    account->stop_due_us = 0;
}

static void stop(struct account *account, int64_t now_us)
{
    account->suspended = true;
    account->release_due = false;
    account->stop_due_us = 0;
    turn(account, now_us);
}

void suspension_judge(struct account *account, int64_t grace_us, int64_t now_us)
{
    assert(now_us > 0 && grace_us >= 0);
    if (account->suspension_policy == SUSPENSION_NONE || !account_suspended_next(account, now_us)) {
        run(account, now_us);
        return;
    }
    if (account->suspended) {
        account->stop_due_us = 0; /* by a program that knew of no stop to come */
        return;
    }
    if (account->stop_due_us == 0)
        account->stop_due_us = now_us + runs_on_us(account, grace_us, now_us);
    if (account->stop_due_us <= now_us)
        stop(account, now_us);
}

struct evaluation suspension_compare(const struct account *before, const struct account *after)
{
    assert(id_equal(before->id, after->id));
    return (struct evaluation){
        .stopped = !before->suspended && after->suspended,
        .resumed = before->suspended && !after->suspended,
        .stopping = before->stop_due_us != after->stop_due_us && after->stop_due_us != 0,
        .spared = before->stop_due_us != 0 && after->stop_due_us == 0 && !after->suspended,
        .release_due = !before->release_due && after->release_due};
}

static void release(struct account *account, int64_t now_us)
{
    int64_t release_us = suspension_release_us(account);
    if (account->release_due || release_us == 0 || release_us > now_us)
        return;
    account->release_due = true;
    turn(account, now_us);
}

struct evaluation suspension_evaluate(struct account *account, int64_t told_due_us,
                                      int64_t grace_us, int64_t now_us) /* LED-05 */
{
    const struct account before = *account;
    account_judge_self_service(account, now_us);
    suspension_judge(account, grace_us, now_us);
    release(account, now_us);
    struct evaluation evaluation = suspension_compare(&before, account);
    evaluation.fell_due =
        account_is_past_due(account, now_us) && account->earliest_due_us != told_due_us;
    return evaluation;
}

enum suspension_state suspension_state(const struct account *account)
{
    if (!account->suspended)
        return account->stop_due_us != 0 ? SUSPENSION_SUSPENDING : SUSPENSION_RUNNING;
    if (!account->release_due)
        return SUSPENSION_SUSPENDED;
    return account->acknowledged_us == account->turned_us ? SUSPENSION_RELEASED
                                                          : SUSPENSION_RELEASE_DUE;
}

int64_t suspension_release_us(const struct account *account)
{
    if (!account->suspended || account->turned_us == 0)
        return 0;
    return account->release_due ? account->turned_us : account->turned_us + SUSPENSION_RELEASE_US;
}

struct id suspension_id(const struct account *account)
{
    assert(!id_is_nil(account->id));
    char label[LABEL_SIZE];
    if (account->turned_us == 0)
        return (struct id){{0}};
    (void)snprintf(label, sizeof label, "turn %" PRId64, account->turned_us);
    return id_derive(account->id, label);
}

void suspension_take(struct account *account, const struct account *from)
{
    assert(id_equal(account->id, from->id));
    account->suspended = from->suspended;
    account->suspension_policy = from->suspension_policy;
    account->warned_us = from->warned_us;
    account->stop_due_us = from->stop_due_us;
    account->turned_us = from->turned_us;
    account->release_due = from->release_due;
    account->acknowledged_us = from->acknowledged_us;
}

/* ---- what operators and runners set ---- */

const struct refusal *suspension_policy_decide(const struct account *account)
{
    if (account == NULL)
        return suspension_refusal(SUSPENSION_NOT_OPENED);
    assert(!id_is_nil(account->id));
    return account->state == ACCOUNT_CLOSED ? suspension_refusal(SUSPENSION_OF_CLOSED) : NULL;
}

void suspension_policy_set(struct account *account, enum suspension_policy policy)
{
    assert(suspension_policy_name(policy) != NULL && account->state != ACCOUNT_CLOSED);
    account->suspension_policy = policy;
    account->stop_due_us = 0;
}

const char *suspension_policy_name(enum suspension_policy policy)
{
    static const char *const names[] = {"IMMEDIATE", "DELAY", "NONE"};
    bool is_known = policy >= SUSPENSION_IMMEDIATE && policy <= SUSPENSION_NONE;
    return is_known ? names[policy - SUSPENSION_IMMEDIATE] : NULL;
}

const struct refusal *acknowledging_decide(const struct account *account, struct id turn_id)
{
    if (account == NULL)
        return acknowledging_refusal(ACKNOWLEDGING_NOT_OPENED);
    bool is_last = account->turned_us != 0 && id_equal(suspension_id(account), turn_id);
    return is_last ? NULL : acknowledging_refusal(ACKNOWLEDGING_PASSED);
}

void acknowledging_set(struct account *account)
{
    assert(account->turned_us != 0);
    account->acknowledged_us = account->turned_us;
}
