#include "payments/payments.h"

#include <signal.h>
#include <unistd.h>

#include "runtime/base/metrics.h"
#include "runtime/database/outbox.h"
#include "runtime/rpc/message.h"

static struct metric refused = {.name = "payments_refused_total",
                                .help = "Refusals by reason.",
                                .kind = METRIC_COUNTER,
                                .labels = {"reason"}};
static const char *const outcomes[] = {PROVIDER_OUTCOMES(METRIC_VALUE) NULL};
static struct metric heard = {.name = "payments_provider_answers_total",
                              .help = "Answers of the provider by outcome.",
                              .kind = METRIC_COUNTER,
                              .labels = {"outcome"},
                              .values = outcomes};
METRIC_FROM_THE_START(heard);

struct reader payments_reader(struct call *call)
{
    const struct payments *payments = call_context(call);
    return reader_of(call_task(call), payments->database);
}

int payments_wake_top_ups(struct call *call)
{
    const struct payments *payments = call_context(call);
    loop_job_wake(payments->top_up_job);
    return 0;
}

void payments_step(const struct payments *payments, const char *step)
{
    if (text_equal(payments->crash_at, step))
        kill(getpid(), SIGKILL);
}

struct provider_answer payments_heard(struct provider_answer answer)
{
    metric_add(&heard, provider_outcome_name(answer.outcome), 1);
    return answer;
}

int payments_refuse(struct call *call, const struct refusal *refusal,
                    const struct refusal_term *terms)
{
    metric_add(&refused, refusal->reason, 1);
    return call_refuse(call, refusal, terms);
}

enum failure payments_tell(struct transaction *transaction, struct id account_id,
                           const ProtobufCMessage *event, int64_t now_us)
{
    struct bytes payload = message_pack(transaction_arena(transaction), event);
    if (payload.data == NULL)
        return FAILURE_EXHAUSTED;
    return outbox_append(transaction, account_id, event->descriptor->name, payload.data,
                         payload.size, now_us);
}

char *id_to_message(struct arena *arena, struct id id)
{
    char text[ID_TEXT_SIZE];
    return arena_strdup(arena, id_format(id, text));
}
