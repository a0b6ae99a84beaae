/* kontor changes: what was booked, change by change, from any point; a line each. */
#include <stdio.h>
#include <string.h>

#include "cli/cell.h"
#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/json.h"
#include "cli/names.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define PAUSE_MS 1000
#define CURSOR_SIZE 64

/* ---- a line ---- */

static void print_line(const Ledger__V1__WatchChangesResponse *response)
{
    const Ledger__V1__Change *change = response->change;
    char kind[NAME_SIZE], amount[CELL_SIZE], time[CLOCK_TEXT_SIZE] = "";
    int64_t time_us;
    names_of_value(&ledger__v1__entry_kind__descriptor, (int)change->kind, ' ', kind);
    if (timestamp_to_us(change->recorded_time, &time_us))
        clock_format(time_us, time);
    cell_write(
        protobuf_c_message_descriptor_get_field_by_name(change->base.descriptor, "amount_micros"),
        &change->amount_micros, change->currency, amount);
    printf("%8s  %.19sZ  %-18s %22s  %s%s%s%s%s\n", response->cursor, time, kind, amount,
           change->account_id, change->counterparty_account_id[0] != '\0' ? " → " : "",
           change->counterparty_account_id, change->remark[0] != '\0' ? "  " : "", change->remark);
}

/* One JSON object a line, so that a program can read on while more comes. */
static bool print_change(struct invocation *invocation,
                         const Ledger__V1__WatchChangesResponse *response)
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

/* ---- the stream ---- */

struct watch {
    struct invocation *invocation;
    char cursor[CURSOR_SIZE]; /* of the change that was printed last */
    bool follow;
};

/* Another try is worth it when the world broke the stream, not a rule. */
static bool may_go_on(const struct watch *watch, enum failure failure,
                      const struct rpc_status *status)
{
    bool broken = failure == FAILURE_UNAVAILABLE || failure == FAILURE_INDEFINITE ||
                  failure == FAILURE_CANCELLED;
    bool ended =
        failure == FAILURE_NONE && (status->code == CODE_OK || status->code == CODE_CANCELLED ||
                                    status->code == CODE_UNAVAILABLE);
    return watch->follow && (broken || ended);
}

static enum failure print_stream(struct watch *watch, struct rpc_client_stream *stream)
{
    const ProtobufCMessage *message = NULL;
    enum failure failure = rpc_client_stream_receive(stream, &message);
    while (failure == FAILURE_NONE && message != NULL) {
        const Ledger__V1__WatchChangesResponse *response = (const void *)message;
        if (response->change == NULL || !print_change(watch->invocation, response))
            return FAILURE_INVALID;
        snprintf(watch->cursor, sizeof(watch->cursor), "%s", response->cursor);
        failure = rpc_client_stream_receive(stream, &message);
    }
    return failure;
}

static enum exit_code complain(struct watch *watch, enum failure failure,
                               const struct rpc_status *status)
{
    enum exit_code code = failure != FAILURE_NONE
                              ? invocation_complain(watch->invocation, failure, status)
                              : invocation_complain_status(watch->invocation, status);
    if (watch->cursor[0] != '\0')
        fprintf(stderr, "  → kontor changes --from %s goes on from here\n", watch->cursor);
    return code;
}

/* One stream from the cursor to its end. *again: it may be opened anew. */
static enum exit_code watch_once(struct watch *watch, bool *again)
{
    struct invocation *invocation = watch->invocation;
    Ledger__V1__WatchChangesRequest *request =
        (Ledger__V1__WatchChangesRequest *)(void *)invocation->request;
    struct rpc_client_stream *stream = NULL;
    struct rpc_status status = {.sentence = "", .reason = ""};
    request->cursor = watch->cursor;
    request->until_now = !watch->follow;
    enum failure failure = invocation_open_stream(invocation, invocation->request, &stream);
    if (stream == NULL)
        return complain(watch, failure, &status);
    if (failure == FAILURE_NONE)
        failure = print_stream(watch, stream);
    enum failure end = rpc_client_stream_finish(stream, &status);
    invocation_tell_bands(&status);
    if (failure == FAILURE_INVALID)
        return EXIT_USAGE;
    failure = failure != FAILURE_NONE ? failure : end;
    *again = may_go_on(watch, failure, &status);
    if (failure == FAILURE_NONE && status.code == CODE_OK)
        return EXIT_DONE;
    return *again ? EXIT_DONE : complain(watch, failure, &status);
}

enum exit_code changes_run(struct invocation *invocation)
{
    struct watch watch = {.invocation = invocation,
                          .follow = invocation_value(invocation, "follow") != NULL};
    const char *from = invocation_value(invocation, "from");
    enum exit_code code = invocation_fill(invocation);
    if (from != NULL && !text_print(watch.cursor, sizeof(watch.cursor), "%s", from)) {
        fprintf(stderr, "kontor: --from: this is no cursor\n");
        return EXIT_USAGE;
    }
    if (code == EXIT_DONE && invocation_is_for_people(invocation))
        invocation_ask_bands(invocation, "ledger.change.watch");
    struct arena_mark mark = arena_mark(task_arena(invocation->task));
    for (bool again = true; code == EXIT_DONE && again;) {
        again = false;
        code = watch_once(&watch, &again);
        arena_rewind(task_arena(invocation->task), mark);
        if (again && task_sleep_ms(invocation->task, PAUSE_MS) != FAILURE_NONE)
            again = false;
    }
    return code;
}
