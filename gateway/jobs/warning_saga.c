/* Warnings before a suspension, and the one mail at it (A.6, c-2, LED-43). Each message has an id
 * that follows from the event, so it is sent once whatever is repeated; what was delivered is told
 * back to the ledger, for which the account was warned then. */
#include "gateway/domain/suspense.h"
#include "gateway/jobs/notice.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/ledger_suspension.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

#define TRIES_MAX 30 /* some twelve minutes: a message that goes out later warned nobody */

struct told {
    const struct saga *saga;
    struct ledger_warning warning;
    bool waits; /* for a message that is under way */
};

static const char *write_text(struct arena *arena, const struct ledger_warning *warning)
{
    char amount[AMOUNT_TEXT_SIZE], moment[CLOCK_TEXT_SIZE];
    const struct currency *currency = currency_find(warning->currency);
    const char *left =
        currency == NULL ? "nothing"
                         : arena_printf(arena, "%s %s",
                                        amount_format(warning->available_micros, currency, amount),
                                        warning->currency);
    const char *when = clock_format(warning->moment_us, moment);
    if (warning->rung == LEDGER_RUNG_SUSPENDED) /* LED-43 */
        return arena_printf(arena,
                            "Kontor: the services of your account are stopped: it has %s "
                            "available. They run again once money has come.",
                            left);
    if (warning->rung == LEDGER_RUNG_SUSPENDING)
        return arena_printf(arena,
                            "Kontor: your account has %s available. Its services stop at %s unless "
                            "money comes before.",
                            left, when);
    if (warning->moment_us == 0)
        return arena_printf(arena, "Kontor: your account is running low: it has %s available.",
                            left);
    return arena_printf(arena,
                        "Kontor: your account is running low: it has %s available, which is used "
                        "up by %s if all goes on like this.",
                        left, when);
}

static enum failure tell_back(struct task *task, struct gateway *gateway, const struct saga *saga,
                              const struct ledger_delivery *delivery)
{
    struct rpc_status status;
    const struct peer_step step = {"warn", STEP_LEDGER_RECORD_NOTICE, saga->saga_id};
    enum failure failure = peer_step_begin(gateway, PEER_LEDGER);
    if (failure != FAILURE_NONE)
        return failure;
    failure = ledger_notice_record((struct peer_call){task, gateway->ledger, &status}, delivery);
    failure = peer_step_end(gateway, PEER_LEDGER, failure);
    return peer_accepted(task, &step, failure, &status);
}

static enum failure tell_by(struct task *task, struct gateway *gateway, struct told *told,
                            int channel)
{
    const struct saga *saga = told->saga;
    const struct ledger_warning *warning = &told->warning;
    bool is_mail = channel == LEDGER_NOTICE_EMAIL;
    struct identity_delivered delivered;
    const struct identity_notice notice = {
        .account_id = warning->account_id,
        .kind = IDENTITY_NOTICE_ACCOUNT,
        .request_id = id_derive(saga->saga_id, is_mail ? "notice" : "notice.sms"),
        .delivery = is_mail ? IDENTITY_DELIVERY_EMAIL : IDENTITY_DELIVERY_SMS,
        .subject = warning->rung == LEDGER_RUNG_SUSPENDED ? "Kontor: your services are stopped"
                                                          : "Kontor: your account is running low",
        .text = write_text(task_arena(task), warning),
        .is_owed = warning->rung == LEDGER_RUNG_SUSPENDED}; /* LED-43 */
    const struct peer_step step = {"warn", STEP_IDENTITY_SEND_NOTIFICATION, saga->saga_id};
    enum failure failure = notice_deliver(task, gateway, &step, &notice, &delivered);
    if (failure != FAILURE_NONE)
        return failure;
    told->waits = told->waits || !delivered.ended;
    if (delivered.delivered_us == 0)
        return FAILURE_NONE;
    const struct ledger_delivery delivery = {.account_id = warning->account_id,
                                             .notice_id = warning->notice_id,
                                             .rung = warning->rung,
                                             .channel = channel,
                                             .delivered_us = delivered.delivered_us};
    return tell_back(task, gateway, saga, &delivery);
}

enum failure saga_warn(struct task *task, struct gateway *gateway, const struct saga *saga,
                       const char **outcome)
{
    struct told told = {.saga = saga};
    struct ledger_warning *warning = &told.warning;
    *outcome = SAGA_DONE;
    if (!ledger_warning_read(task_arena(task), saga->event_type, saga->payload, warning))
        return SAGA_UNREAD;
    if (suspense_is(warning->account_id,
                    warning->currency)) /* the provider's own: nobody to tell */
        return FAILURE_NONE;
    if (id_is_nil(warning->notice_id))
        warning->notice_id = id_derive(saga->saga_id, "notice");
    enum failure failure = tell_by(task, gateway, &told, LEDGER_NOTICE_EMAIL);
    if (failure == FAILURE_NONE && warning->rung == LEDGER_RUNG_SUSPENDING)
        failure = tell_by(task, gateway, &told, LEDGER_NOTICE_SMS);
    if (failure != FAILURE_NONE || !told.waits)
        return failure;
    *outcome = "NOTICE_UNDER_WAY";
    return saga->tries < TRIES_MAX ? SAGA_WAITS : FAILURE_NONE;
}

enum failure saga_tell_suspended(struct task *task, struct gateway *gateway,
                                 const struct saga *saga, const char **outcome)
{
    enum failure failure = saga_follow_upstream(task, gateway, saga, outcome);
    return failure == FAILURE_NONE ? saga_warn(task, gateway, saga, outcome) : failure;
}
