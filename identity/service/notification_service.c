#include "identity/domain/refusals.h"
#include "identity/v1/notification.pb-c.h"

#include <string.h>

#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/store/message_store.h"
#include "runtime/base/clock.h"
#include "runtime/idempotency/call_once.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define SUBJECT_BYTES_MAX 128
#define TEXT_BYTES_MAX 2000

/* A step of the gateway's, but its saga ends with this no: a notice that came when a phone was
 * verified at last would be old news. */

struct notification_call {
    struct identity *identity;
    struct id account_id;
    struct message_order order;
};

/* A number that nobody verified may be anybody's: nothing is sent there. The log-in address is used
 * verified or not. */
static int choose_destination(struct call *call, const struct identity *identity,
                              const struct account_row *row, struct message_order *order)
{
    bool by_email = order->delivery == DELIVERY_EMAIL;
    if (!by_email && !row->account.phone_verified)
        return call_refuse(call, &contact_missing, NO_TERMS);
    order->to =
        by_email
            ? keys_open_text(&identity->keys, call_arena(call), LABEL_EMAIL, row->email_sealed)
            : keys_open_text(&identity->keys, call_arena(call), LABEL_PHONE, row->phone_sealed);
    return order->to != NULL ? 0 : FAILURE_INTERNAL;
}

static int send_notification(struct mutation *mutation, const void *argument,
                             ProtobufCMessage *response)
{
    struct call *call = mutation->call;
    const struct notification_call *notification = argument;
    struct message_order order = notification->order;
    Identity__V1__SendNotificationResponse *answer =
        (Identity__V1__SendNotificationResponse *)response;
    struct account_row row;
    struct id message_id;
    bool exists = false;
    int no = account_store_lock(mutation->transaction, notification->account_id, &row, &exists);
    if (no != 0)
        return no;
    if (!exists)
        return call_refuse(call, &account_not_found, NO_TERMS);
    no = choose_destination(call, notification->identity, &row, &order);
    if (no != 0)
        return no;
    no = courier_take(mutation->transaction, &notification->identity->courier, &order,
                      clock_now_us(), &message_id);
    if (no != 0)
        return no;
    answer->notification_id = id_to_message(call, message_id);
    return 0;
}

/* Clean text whose lines may be broken. */
static void field_lines(struct call *call, const char *field, const char *text)
{
    size_t size = strnlen(text, TEXT_BYTES_MAX + 1);
    char *joined = arena_strndup(call_arena(call), text, size);
    for (char *at = joined; at != NULL && *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    if (joined == NULL || size == 0 || !text_is_clean(joined, TEXT_BYTES_MAX))
        call_add_field_violation(call, field, FAULT_MALFORMED,
                                 "The text is empty, longer than 2000 bytes or not clean UTF-8.");
}

static void field_subject(struct call *call, const char *field, const char *subject)
{
    field_text(call, field, subject, 0, SUBJECT_BYTES_MAX);
    for (const char *at = subject; *at != '\0'; at++)
        if ((unsigned char)*at > 0x7e) {
            call_add_field_violation(call, field, FAULT_MALFORMED, "The subject is not ASCII.");
            return;
        }
}

static int
notification_service_send_notification_call(struct call *call,
                                            const Identity__V1__SendNotificationRequest *request,
                                            Identity__V1__SendNotificationResponse *response)
{
    struct notification_call notification = {.identity = call_context(call),
                                             .account_id =
                                                 field_id(call, "account_id", request->account_id)};
    notification.order = (struct message_order){
        .delivery = field_delivery(call, "delivery", request->delivery, false),
        .subject = request->subject,
        .text = request->text};
    field_subject(call, "subject", request->subject);
    field_lines(call, "text", request->text);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = CALL_ONCE(call, notification.identity->database, notification.account_id, request,
                       response, send_notification, &notification);
    if (no == 0)
        courier_wake(&notification.identity->courier);
    return no;
}
RPC_UNARY(notification_service_send_notification, Identity__V1__NotificationService,
          Identity__V1__SendNotificationRequest, Identity__V1__SendNotificationResponse)

static Identity__V1__NotificationState state_to_message(const char *state)
{
    if (text_equal(state, "DELIVERED"))
        return IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_DELIVERED;
    return text_equal(state, "FAILED")
               ? IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_FAILED
               : IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_QUEUED;
}

static int
notification_service_get_notification_call(struct call *call,
                                           const Identity__V1__GetNotificationRequest *request,
                                           Identity__V1__GetNotificationResponse *response)
{
    struct identity *identity = call_context(call);
    const char *state = NULL;
    int64_t delivered_us = 0;
    struct id notification_id = field_id(call, "notification_id", request->notification_id);
    if (call_has_violations(call))
        return call_refuse_violations(call);
    int no = message_store_read(reader_of(call_task(call), identity->database), notification_id,
                                &state, &delivered_us);
    if (no != 0)
        return no;
    if (state == NULL)
        return call_refuse(call, &notification_not_found, NO_TERMS);
    response->state = state_to_message(state);
    if (delivered_us != 0)
        response->deliver_time = timestamp_from_us(call_arena(call), delivered_us);
    return delivered_us == 0 || response->deliver_time != NULL ? 0 : FAILURE_EXHAUSTED;
}
RPC_UNARY(notification_service_get_notification, Identity__V1__NotificationService,
          Identity__V1__GetNotificationRequest, Identity__V1__GetNotificationResponse)

void notification_service_mount(struct rpc_server *server, struct identity *identity)
{
    static Identity__V1__NotificationService_Service service =
        IDENTITY__V1__NOTIFICATION_SERVICE__INIT(notification_service_);
    rpc_server_mount(server, &service.base, identity);
}
