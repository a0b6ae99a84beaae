#include "cli/invocation.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cell.h"
#include "cli/fill.h"
#include "cli/filter.h"
#include "cli/history.h"
#include "cli/json.h"
#include "cli/only.h"
#include "cli/refused.h"
#include "cli/request.h"
#include "cli/screen.h"
#include "cli/step_up.h"
#include "cli/value.h"
#include "gateway/v1/permission.pb-c.h"
#include "runtime/base/clock.h"

/* ---- calls ---- */

/* A request with a request id, or with orders that each have theirs, is done once however often it
 * is asked for. */
static bool has_request_id(const ProtobufCMessage *request)
{
    return request_has_text(request, "request_id") ||
           protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "orders") != NULL;
}

static struct rpc_call_options call_options(struct invocation *invocation,
                                            struct rpc_header headers[2])
{
    const char *token = profile_get(&invocation->profile, "session_token");
    headers[0] = headers[1] = (struct rpc_header){NULL, NULL};
    bool by_token = token[0] != '\0';
    if (by_token || invocation->program_id[0] != '\0')
        headers[0] = (struct rpc_header){"authorization",
                                         arena_printf(task_arena(invocation->task), "%s %s",
                                                      by_token ? "Bearer" : "Program",
                                                      by_token ? token : invocation->program_id)};
    return (struct rpc_call_options){.headers = headers};
}

enum exit_code invocation_complain(struct invocation *invocation, enum failure failure,
                                   const struct rpc_status *status)
{
    struct lost_answer lost = {.gateway = invocation->gateway,
                               .request_id = "",
                               .seen = status != NULL ? status->sentence : ""};
    lost.only_reads = !task_has_acted(invocation->task);
    return refused_print_failure(failure, &lost, invocation->as_json);
}

enum exit_code invocation_complain_status(struct invocation *invocation,
                                          const struct rpc_status *status)
{
    const struct asked asked = {invocation->command, ""};
    return refused_print(task_arena(invocation->task), status, &asked, invocation->as_json);
}

enum failure invocation_open_stream(struct invocation *invocation, const ProtobufCMessage *request,
                                    struct rpc_client_stream **stream)
{
    const struct command *command = invocation->command;
    struct rpc_header headers[2];
    struct rpc_call_options options = call_options(invocation, headers);
    invocation->sent = true;
    enum failure failure = rpc_client_stream_open(
        invocation->task, invocation->client, command->service,
        rpc_method_index(command->service, command->method), &options, stream);
    if (*stream == NULL)
        return failure;
    enum failure sent = rpc_client_stream_send(*stream, request);
    if (sent == FAILURE_NONE)
        sent = rpc_client_stream_send_end(*stream);
    return sent == FAILURE_INDEFINITE ? FAILURE_NONE : sent; /* the stream ended, and tells why */
}

struct answer {
    struct rpc_status *status;
    ProtobufCMessage **response;
};

static enum failure ask(struct invocation *invocation, const ProtobufCServiceDescriptor *service,
                        const char *method, const ProtobufCMessage *request, struct answer *answer)
{
    struct rpc_header headers[2];
    struct rpc_call_options options = call_options(invocation, headers);
    *answer->status = (struct rpc_status){.sentence = "", .reason = ""};
    return rpc_client_call(invocation->task, invocation->client, service,
                           rpc_method_index(service, method), request, &options, answer->response,
                           answer->status);
}

/* GW-05. In JSON a band is the amount with which it begins. */
static void tell_bands(void)
{
    if (cell_tell_bands())
        fputs("kontor: amounts are bands, for your roles see no raw billing data\n", stderr);
}

void invocation_tell_bands(const struct rpc_status *status)
{
    if (status->is_masked && status->code == CODE_OK)
        tell_bands();
}

/* A gateway that does not answer this says why when the stream is opened. */
void invocation_ask_bands(struct invocation *invocation, const char *permission)
{
    const ProtobufCServiceDescriptor *service = &gateway__v1__permission_service__descriptor;
    char *permissions[] = {arena_strdup(task_arena(invocation->task), permission)};
    ProtobufCMessage *request = invocation_request(invocation, service, "CheckPermissions");
    ProtobufCMessage *response = NULL;
    struct rpc_status status;
    struct answer answer = {&status, &response};
    if (request == NULL)
        return;
    ((Gateway__V1__CheckPermissionsRequest *)(void *)request)->permissions = permissions;
    ((Gateway__V1__CheckPermissionsRequest *)(void *)request)->n_permissions = 1;
    enum failure failure = ask(invocation, service, "CheckPermissions", request, &answer);
    if (failure != FAILURE_NONE || status.code != CODE_OK)
        return;
    const Gateway__V1__CheckPermissionsResponse *told = (const void *)response;
    if (told->n_checks == 1 && told->checks[0]->masked)
        tell_bands();
}

enum exit_code invocation_call(struct invocation *invocation,
                               const ProtobufCServiceDescriptor *service, const char *method,
                               const ProtobufCMessage *request, ProtobufCMessage **response)
{
    struct rpc_status status;
    struct answer answer = {&status, response};
    invocation->sent = true;
    enum failure failure = ask(invocation, service, method, request, &answer);
    if (failure == FAILURE_NONE && step_up_offer(invocation, &status))
        failure = ask(invocation, service, method, request, &answer);
    struct lost_answer lost = {
        .gateway = invocation->gateway, .request_id = "", .seen = status.sentence};
    invocation->refused_reason = status.reason;
    lost.only_reads = rpc_effect_of(service, rpc_method_index(service, method)) == RPC_READS;
    if (has_request_id(request))
        lost.request_id =
            invocation->request_id[0] != '\0' ? invocation->request_id : invocation->new_request_id;
    if (failure != FAILURE_NONE)
        return refused_print_failure(failure, &lost, invocation->as_json);
    invocation_tell_bands(&status);
    const struct asked asked = {invocation->command, lost.request_id};
    return status.code == CODE_OK
               ? EXIT_DONE
               : refused_print(task_arena(invocation->task), &status, &asked, invocation->as_json);
}

enum exit_code invocation_perform(struct invocation *invocation)
{
    const struct command *command = invocation->command;
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    return invocation_call(invocation, command->service, command->method, invocation->request,
                           &invocation->response);
}

bool invocation_is_for_people(const struct invocation *invocation)
{
    return !invocation->as_json && invocation->only == NULL && invocation->filter == NULL;
}

void invocation_print(struct invocation *invocation, const ProtobufCMessage *message)
{
    history_learn(invocation->history, message);
    if (invocation->only != NULL) {
        only_print(stdout, message, invocation->only);
        return;
    }
    if (invocation_is_for_people(invocation)) {
        screen_print(message);
        return;
    }
    json_t *json = json_of_message(message);
    invocation_print_json(invocation, json, JSON_INDENT(2));
    json_decref(json);
}

void invocation_print_json(struct invocation *invocation, const json_t *json, size_t form)
{
    if (invocation->filter != NULL) {
        bool printed = filter_print(invocation->filter, stdout, json);
        invocation->unprinted = invocation->unprinted || !printed;
        return;
    }
    json_dumpf(json, stdout, form);
    putchar('\n');
}

bool invocation_flush(struct invocation *invocation)
{
    errno = 0;
    bool written = fflush(stdout) == 0 && ferror(stdout) == 0;
    if (!written && invocation->output_error == 0)
        invocation->output_error = errno != 0 ? errno : EIO;
    return written;
}

bool invocation_keep(struct invocation *invocation)
{
    const char *complaint;
    if (profile_write(&invocation->profile, &complaint))
        return true;
    fprintf(stderr, "kontor: %s\n", complaint);
    return false;
}

/* ---- running ---- */

static const ProtobufCMessageDescriptor *answer_of(const struct command *command)
{
    if (command->answer != NULL || command->service == NULL)
        return command->answer;
    return fill_method_of(command->service, command->method)->output;
}

static bool check_filter(struct invocation *invocation, bool is_printed)
{
    const char *complaint = NULL;
    if (invocation->only != NULL)
        complaint = "is given alone, without --only";
    else if (!is_printed)
        complaint = "needs an answer, and this command prints none";
    else
        invocation->filter = filter_new(invocation->jq);
    if (complaint != NULL)
        fprintf(stderr, "kontor: --jq %s\n", complaint);
    return invocation->filter != NULL;
}

/* Mistakes that would show only in the answer are looked for now: afterwards it would be too late
 * to say no. */
static bool check(struct invocation *invocation)
{
    const struct command *outer = invocation->outer;
    const ProtobufCMessageDescriptor *answer = answer_of(outer);
    if (invocation->only != NULL && (answer == NULL || !only_exists(answer, invocation->only))) {
        const char *type = answer != NULL ? answer->short_name : "message that is not printed";
        fprintf(stderr, "kontor: --only: the answer, a %s, has no %s\n", type, invocation->only);
        return false;
    }
    if (invocation->jq != NULL && !check_filter(invocation, answer != NULL))
        return false;
    const char *complaint;
    if ((outer->remember != NULL || outer->keeps) &&
        !profile_reserve(&invocation->profile, &complaint)) {
        fprintf(stderr, "kontor: %s\n", complaint);
        return false;
    }
    return true;
}

static enum exit_code run_command(struct invocation *invocation)
{
    const struct command *command = invocation->command;
    if (invocation->outer->run != NULL)
        return invocation->outer->run(invocation);
    enum exit_code code = invocation_perform(invocation);
    if (code != EXIT_DONE)
        return code;
    bool kept =
        command->remember == NULL || (command->remember(invocation) && invocation_keep(invocation));
    invocation_print(invocation, invocation->response);
    return kept ? EXIT_DONE : EXIT_UNREPORTED;
}

/* After something was sent nobody says that nothing was; nor, after something may have been done,
 * that nothing was done. */
static enum exit_code exit_code_after(const struct invocation *invocation, enum exit_code code)
{
    if (code == EXIT_UNAVAILABLE && task_has_acted(invocation->task))
        return EXIT_INDEFINITE;
    return code == EXIT_USAGE && invocation->sent ? EXIT_UNREPORTED : code;
}

/* A list of nothing has nothing to go on with. */
static bool is_empty_list(const ProtobufCMessage *response)
{
    size_t rows = 0;
    if (response == NULL || protobuf_c_message_descriptor_get_field_by_name(
                                response->descriptor, "next_page_token") == NULL)
        return false;
    for (unsigned i = 0; i < response->descriptor->n_fields; i++)
        if (response->descriptor->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
            rows += value_count(response, &response->descriptor->fields[i]);
    return rows == 0;
}

/* For people at a terminal. */
static void show_next_step(const struct invocation *invocation)
{
    const char *next = invocation->outer->next;
    if (next != NULL && !is_empty_list(invocation->response) &&
        invocation_is_for_people(invocation) && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
        fprintf(stderr, "  → next: kontor %s\n", next);
}

enum exit_code invocation_run(struct invocation *invocation)
{
    invocation->history = history_open(task_arena(invocation->task), &invocation->profile);
    enum exit_code code =
        check(invocation) && fill_find_account(invocation) ? run_command(invocation) : EXIT_USAGE;
    if (!invocation_flush(invocation)) {
        if (invocation->output_error != EPIPE)
            fprintf(stderr, "kontor: the answer could not be printed: %s\n",
                    strerror(invocation->output_error));
        code = code == EXIT_DONE ? EXIT_UNREPORTED : code;
    }
    if (code == EXIT_DONE)
        show_next_step(invocation);
    filter_free(invocation->filter);
    if (code == EXIT_DONE && invocation->unprinted)
        code = EXIT_UNREPORTED;
    return exit_code_after(invocation, code);
}
