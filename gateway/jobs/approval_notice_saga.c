/* An act waits for approval (c-19): the account is told by one e-mail, unless it is over already,
 * or its requester had asked for so much within the hour that more e-mails tell nobody anything. */
#include <inttypes.h>
#include <string.h>

#include "gateway/domain/suspense.h"
#include "gateway/jobs/notice.h"
#include "gateway/jobs/saga.h"
#include "gateway/store/approval_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

static bool is_for_account(const struct approval *approval, int64_t now_us)
{
    return approval_state_at(approval->state, approval->expire_us, now_us) == APPROVAL_PENDING &&
           !id_equal(approval->account_id, suspense_company()); /* operators look for themselves */
}

static const char *write_rest(struct arena *arena, const struct approval_notice *notice)
{
    const char *left = notice->left_out == 0
                           ? ""
                           : arena_printf(arena,
                                          " Of the same person %" PRId64
                                          " earlier requests were not told by e-mail.",
                                          notice->left_out);
    return arena_printf(arena, "%s%s", left,
                        notice->is_last ? " What the same person asks for within this hour besides "
                                          "is not told by e-mail."
                                        : "");
}

static char *write_text(struct arena *arena, const struct approval *approval,
                        const struct approval_notice *notice)
{
    char amount[AMOUNT_TEXT_SIZE], until[CLOCK_TEXT_SIZE], approval_id[ID_TEXT_SIZE];
    const struct currency *currency = currency_find(approval->currency);
    clock_format(approval->expire_us, until);
    const char *sum =
        currency != NULL ? amount_format(approval->amount_micros, currency, amount) : "an amount";
    return arena_printf(arena,
                        "Kontor: an act over %s %s waits for an approval until %s. Who may approve "
                        "it sees it as %s among the account's approvals.%s",
                        sum, approval->currency, until,
                        id_format(approval->approval_id, approval_id), write_rest(arena, notice));
}

enum failure saga_notify_approval(struct task *task, struct gateway *gateway,
                                  const struct saga *saga, const char **outcome)
{
    struct id approval_id;
    struct approval approval;
    char account_id[ID_TEXT_SIZE];
    bool found = false;
    int64_t within_hour = 0, hour_before = 0;
    *outcome = SAGA_DONE;
    if (saga->payload.size != sizeof approval_id.bytes)
        return SAGA_UNREAD;
    memcpy(approval_id.bytes, saga->payload.data, sizeof approval_id.bytes);
    enum failure failure =
        approval_store_read_any(reader_of(task, gateway->database), approval_id, &approval, &found);
    if (failure != FAILURE_NONE || !found ||
        !is_for_account(&approval, clock_of_us(approval.account_id)))
        return failure;
    failure = approval_store_asked_before(reader_of(task, gateway->database), &approval,
                                          &within_hour, &hour_before);
    const struct approval_notice rank = approval_notice_of(within_hour, hour_before);
    if (failure != FAILURE_NONE || !rank.is_told)
        return failure;
    const struct identity_notice notice = {
        .account_id = id_format(approval.account_id, account_id),
        .kind = IDENTITY_NOTICE_APPROVAL,
        .request_id = id_derive(approval_id, "approval.notice"),
        .delivery = IDENTITY_DELIVERY_EMAIL,
        .subject = "Kontor: an approval is wanted",
        .text = write_text(task_arena(task), &approval, &rank),
    };
    const struct peer_step step = {"notify_approval", STEP_IDENTITY_SEND_NOTIFICATION, approval_id};
    return notice_send(task, gateway, &step, &notice, outcome);
}
