#include "bench/load/audit.h"

#include "ledger/v1/audit.pb-c.h"
#include "runtime/base/clock.h"

#define PAUSE_MS 300

static void take_part(const Ledger__V1__AuditResponse *part, struct audited *audited)
{
    for (size_t i = 0; i < part->n_findings; i++) {
        audited->mistakes++;
        if (audited->first[0] == '\0')
            (void)!text_print(audited->first, sizeof audited->first, "%s", part->findings[i]->kind);
    }
    if (part->totals == NULL)
        return;
    audited->accounts = part->totals->accounts;
    if (audited->mistakes < part->totals->findings)
        audited->mistakes = part->totals->findings;
    for (size_t i = 0; i < part->totals->n_sums; i++)
        audited->mistakes += part->totals->sums[i]->sum_micros != 0;
}

static bool ask_once(struct task *task, struct door *door, const struct audit_question *question,
                     struct audited *audited)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client_stream *stream = NULL;
    struct rpc_client *client = door_ask(door, question->token, &ask);
    const ProtobufCServiceDescriptor *service = &ledger__v1__audit_service__descriptor;
    const ProtobufCMessage *message = NULL;
    Ledger__V1__AuditRequest request = LEDGER__V1__AUDIT_REQUEST__INIT;
    bool is_whole = false;
    if (question->account != NULL)
        request.account_id = question->account;
    enum failure failure = rpc_client_stream_open(
        task, client, service, rpc_method_index(service, "Audit"), &ask.options, &stream);
    if (failure == FAILURE_NONE)
        failure = rpc_client_stream_send(stream, &request.base);
    if (failure == FAILURE_NONE)
        failure = rpc_client_stream_send_end(stream);
    while (failure == FAILURE_NONE &&
           (failure = rpc_client_stream_receive(stream, &message)) == FAILURE_NONE &&
           message != NULL) {
        const Ledger__V1__AuditResponse *part = (const void *)message;
        take_part(part, audited);
        is_whole = is_whole || part->totals != NULL;
    }
    if (stream != NULL)
        (void)rpc_client_stream_finish(stream, &status); /* without totals it was not whole */
    return is_whole;
}

bool audit_ask(struct task *task, struct door *door, const struct audit_question *question,
               struct audited *audited)
{
    do {
        *audited = (struct audited){.accounts = 0};
        if (ask_once(task, door, question, audited))
            return true;
    } while (clock_monotonic_us() < question->ends_us &&
             task_sleep_ms(task, PAUSE_MS) == FAILURE_NONE);
    return false;
}
