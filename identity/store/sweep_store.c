#include "identity/store/sweep_store.h"

#include "identity/domain/customer_invitation.h"
#include "identity/domain/factor.h"
#include "identity/domain/key.h"
#include "identity/domain/notice.h"
#include "identity/domain/session.h"
#include "identity/store/queries.h"
#include "identity/store/security_event_store.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)
#define KEPT_US (2 * DAY_US) /* longer than the life of a sign-up and the limits of a day */
#define SESSIONS_KEPT_US (31 * DAY_US) /* longer than a device is trusted (ID-43) */
/* Somebody may ask a year later whether a message was sent. */
#define MESSAGES_KEPT_US (400 * DAY_US)
#define INVITATIONS_KEPT_US (90 * DAY_US)

enum failure sweep_store_run(struct reader reader, int64_t now_us)
{
    int64_t old_us = now_us - KEPT_US;
    enum failure failure = identity_sweep_sign_ups_alone(
        reader, &(struct identity_sweep_sign_ups){.before_us = old_us}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_codes_alone(
            reader, &(struct identity_sweep_codes){.before_us = old_us}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_log_ins_alone(
            reader,
            &(struct identity_sweep_log_ins){.failed_before_us = old_us,
                                             .created_before_us = now_us - SESSIONS_KEPT_US,
                                             .seen_before_us = now_us - LOG_IN_KNOWN_US},
            NULL);
    if (failure == FAILURE_NONE)
        failure = security_event_store_sum_failed(reader, now_us);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_texts_alone(
            reader, &(struct identity_sweep_texts){.before_us = old_us}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_factors_alone(
            reader,
            &(struct identity_sweep_factors){.created_before_us = now_us - FACTOR_PENDING_US,
                                             .now_us = now_us},
            NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_invitations_alone(
            reader, &(struct identity_sweep_invitations){.before_us = now_us - INVITATIONS_KEPT_US},
            NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_customer_invitations_alone(
            reader,
            &(struct identity_sweep_customer_invitations){
                .before_us = now_us - CUSTOMER_INVITATION_KEPT_US, .answered_before_us = old_us},
            NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_operator_invitations_alone(
            reader,
            &(struct identity_sweep_operator_invitations){.before_us =
                                                              now_us - INVITATIONS_KEPT_US},
            NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_keys_alone(
            reader, &(struct identity_sweep_keys){.ended_before_us = now_us - KEY_KEPT_US}, NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_messages_alone(
            reader, &(struct identity_sweep_messages){.before_us = now_us - MESSAGES_KEPT_US},
            NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_notices_alone(
            reader, &(struct identity_sweep_notices){.before_us = now_us - NOTICE_KEPT_US}, NULL);
    return failure;
}
