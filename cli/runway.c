/* kontor runway watch: how long the money lasts, a line each time that it changes (GW-06). */
#include <stdio.h>

#include "cli/cell.h"
#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/json.h"
#include "ledger/v1/runway.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

static void print_line(const Ledger__V1__WatchRunwayResponse *response)
{
    const Ledger__V1__Runway *runway = response->runway;
    char available[CELL_SIZE], time[CLOCK_TEXT_SIZE] = "";
    int64_t time_us;
    if (timestamp_to_us(runway->as_of_time, &time_us))
        clock_format(time_us, time);
    cell_write(protobuf_c_message_descriptor_get_field_by_name(runway->base.descriptor,
                                                               "available_micros"),
               &runway->available_micros, runway->currency, available);
    printf("%.19sZ  %22s  %6s%s  %s\n", time, available,
           runway->days_left[0] != '\0' ? runway->days_left : "no end",
           runway->days_left[0] != '\0' ? " days" : "",
           response->alarm_began ? "the alarm begins" : (runway->alarm ? "alarm" : ""));
}

/* One JSON object a line, so that a program can read on while more comes. */
static bool print(struct invocation *invocation, const Ledger__V1__WatchRunwayResponse *response)
{
    if (invocation_is_for_people(invocation)) {
        print_line(response);
    } else if (invocation->only != NULL) {
        invocation_print(invocation, &response->base);
    } else {
        json_t *json = json_of_message(&response->base);
        invocation_print_json(invocation, json, JSON_COMPACT);
        json_decref(json);
    }
    return invocation_flush(invocation);
}

static enum failure print_stream(struct invocation *invocation, struct rpc_client_stream *stream)
{
    const ProtobufCMessage *message = NULL;
    enum failure failure = rpc_client_stream_receive(stream, &message);
    while (failure == FAILURE_NONE && message != NULL) {
        const Ledger__V1__WatchRunwayResponse *response = (const void *)message;
        if (response->runway == NULL || !print(invocation, response))
            return FAILURE_INVALID;
        failure = rpc_client_stream_receive(stream, &message);
    }
    return failure;
}

enum exit_code runway_run_watch(struct invocation *invocation)
{
    struct rpc_client_stream *stream = NULL;
    struct rpc_status status = {.sentence = "", .reason = ""};
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    if (invocation_is_for_people(invocation))
        invocation_ask_bands(invocation, "ledger.runway.watch");
    enum failure failure = invocation_open_stream(invocation, invocation->request, &stream);
    if (stream == NULL)
        return invocation_complain(invocation, failure, &status);
    if (failure == FAILURE_NONE)
        failure = print_stream(invocation, stream);
    enum failure end = rpc_client_stream_finish(stream, &status);
    invocation_tell_bands(&status);
    if (failure == FAILURE_INVALID)
        return EXIT_USAGE;
    failure = failure != FAILURE_NONE ? failure : end;
    if (failure != FAILURE_NONE)
        return invocation_complain(invocation, failure, &status);
    return status.code == CODE_OK ? EXIT_DONE : invocation_complain_status(invocation, &status);
}
