/* kontor audit: a stream, with one message for every company with a finding, and the totals. */
#include <stdio.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "ledger/v1/audit.pb-c.h"

static enum exit_code judge_audit(struct invocation *invocation,
                                  const Ledger__V1__AuditResponse *last)
{
    if (last == NULL || last->totals == NULL) {
        fprintf(stderr, "kontor: the audit did not come to its end\n");
        return EXIT_UNAVAILABLE;
    }
    bool sound = last->totals->findings == 0;
    for (size_t i = 0; i < last->totals->n_sums; i++)
        sound = sound && last->totals->sums[i]->sum_micros == 0;
    if (invocation_is_for_people(invocation))
        puts(sound ? "the ledger is sound: every currency sums to zero"
                   : "the ledger is NOT sound");
    return sound ? EXIT_DONE : EXIT_REFUSED;
}

static enum exit_code end_audit(struct invocation *invocation, struct rpc_client_stream *stream,
                                enum failure failure, enum exit_code verdict)
{
    struct rpc_status status = {.sentence = "", .reason = ""};
    enum failure end = rpc_client_stream_finish(stream, &status);
    if (failure != FAILURE_NONE || end != FAILURE_NONE)
        return invocation_complain(invocation, failure != FAILURE_NONE ? failure : end, &status);
    if (status.code != CODE_OK)
        return invocation_complain_status(invocation, &status);
    return verdict;
}

enum exit_code audit_run(struct invocation *invocation)
{
    ProtobufCMessage *request =
        invocation_request(invocation, invocation->command->service, invocation->command->method);
    struct rpc_client_stream *stream = NULL;
    if (request == NULL)
        return EXIT_USAGE;
    enum failure failure = invocation_open_stream(invocation, request, &stream);
    if (stream == NULL)
        return invocation_complain(invocation, failure, NULL);
    enum exit_code verdict = EXIT_UNAVAILABLE;
    bool ended = false;
    while (failure == FAILURE_NONE && !ended) {
        const ProtobufCMessage *message = NULL;
        failure = rpc_client_stream_receive(stream, &message);
        ended = message == NULL;
        if (failure != FAILURE_NONE || ended)
            continue;
        const Ledger__V1__AuditResponse *part = (const void *)message;
        invocation_print(invocation, message);
        if (part->totals != NULL)
            verdict = judge_audit(invocation, part);
    }
    return end_audit(invocation, stream, failure, verdict);
}
