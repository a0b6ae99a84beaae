#include "identity/service/security.h"

#include <assert.h>

#include "identity/store/factor_store.h"
#include "runtime/base/source.h"

const char *caller_address(struct call *call)
{
    const char *address = call_header(call, "kontor-source-address");
    return address != NULL ? address : "";
}

const char *caller_network(struct call *call)
{
    char network[SOURCE_SIZE];
    return arena_strdup(call_arena(call), source_network(caller_address(call), network));
}

static const char *text_of(const char *text)
{
    return text != NULL ? text : "";
}

struct security_event security_event_of(struct call *call, const struct security_event *event)
{
    struct security_event noted = *event;
    if (id_is_nil(noted.session_id))
        noted.session_id = caller_session_id(call);
    noted.detail = text_of(event->detail);
    noted.device = text_of(event->device);
    noted.network = caller_network(call);
    noted.times = event->times != 0 ? event->times : 1;
    return noted;
}

static struct security_event event_of_somebody(struct call *call,
                                               const struct security_event *event)
{
    struct security_event noted = security_event_of(call, event);
    if (id_is_nil(noted.principal_id))
        noted.principal_id = caller_id(call);
    return noted;
}

enum failure security_note(struct call *call, struct transaction *transaction,
                           const struct security_event *event)
{
    const struct security_event noted = event_of_somebody(call, event);
    return security_event_store_note(transaction, &noted);
}

static enum failure send_notice(struct call *call, struct transaction *transaction,
                                const struct security_event *event)
{
    const char *sentence = security_event_sentence(event->kind, security_event_by_another(event));
    assert(sentence != NULL);
    struct bytes sealed;
    struct id message_id;
    enum failure failure = factor_store_email(transaction, event->principal_id, &sealed);
    if (failure != FAILURE_NONE || sealed.data == NULL)
        return failure;
    const struct message_order order = {
        .delivery = DELIVERY_EMAIL,
        .to = text_open(call, LABEL_EMAIL, sealed),
        .subject = "Your Kontor log-in",
        .text = arena_printf(call_arena(call),
                             "%s If it was not you, revoke your sessions and change your password.",
                             sentence),
    };
    return order.to == NULL ? FAILURE_INTERNAL
                            : courier_take(transaction, &identity_of(call)->courier, &order,
                                           event->noted_us, &message_id);
}

enum failure security_tell(struct call *call, struct transaction *transaction,
                           const struct security_event *event)
{
    const struct security_event noted = event_of_somebody(call, event);
    enum failure failure = security_event_store_note(transaction, &noted);
    return failure != FAILURE_NONE ? failure : send_notice(call, transaction, &noted);
}
