/* kontor orders, preview: commands that move money, many in one call, or judged without being done.
 * An order is the request of such a command, so a file of orders has a command a line and a preview
 * is given one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/refused.h"
#include "cli/words.h"
#include "google/rpc/status.pb-c.h"
#include "ledger/v1/order.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define SERVICE &ledger__v1__order_service__descriptor
#define CALL_ORDERS_MAX 1000
#define FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* ---- an order of a command ---- */

/* Puts the command's request into the order; false: no order is of that kind. */
static bool set_order(Ledger__V1__Order *order, ProtobufCMessage *request)
{
    const ProtobufCMessageDescriptor *type = order->base.descriptor;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->descriptor != request->descriptor)
            continue;
        *(ProtobufCMessage **)(void *)((char *)order + field->offset) = request;
        order->kind_case = (Ledger__V1__Order__KindCase)field->id;
        return true;
    }
    return false;
}

static enum exit_code make_order(struct invocation *invocation, Ledger__V1__Order *order)
{
    const struct command *command = invocation->command;
    ledger__v1__order__init(order);
    bool may_be_order = command->run == NULL && command->secret_file_option == NULL;
    enum exit_code code = may_be_order ? invocation_fill(invocation) : EXIT_USAGE;
    bool ours = code == EXIT_DONE && set_order(order, invocation->request);
    if (!ours && (code == EXIT_DONE || invocation->request == NULL))
        fprintf(stderr, "kontor: \"%s%s%s\" moves no money inside the company\n", command->noun,
                command->verb[0] != '\0' ? " " : "", command->verb);
    return ours ? EXIT_DONE : EXIT_USAGE;
}

static struct status read_refusal(struct arena *arena, const Google__Rpc__Status *refused,
                                  struct rpc_status *packed)
{
    struct status status;
    *packed = (struct rpc_status){
        .code = (enum code)refused->code, .sentence = refused->message, .reason = ""};
    packed->packed = message_pack(arena, &refused->base);
    if (!status_unpack(arena, packed->packed, &status))
        status = (struct status){.code = packed->code, .sentence = "", .reason = ""};
    return status;
}

/* ---- preview ---- */

static enum exit_code print_preview(struct invocation *invocation,
                                    const Ledger__V1__PreviewOrderResponse *response)
{
    const Ledger__V1__OrderResult *result = response->result;
    bool refused =
        result != NULL && result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
    Ledger__V1__PreviewOrderResponse for_people = *response;
    for_people.result = NULL;
    bool whole = !invocation_is_for_people(invocation);
    invocation_print(invocation, whole ? &response->base : &for_people.base);
    if (!refused || whole)
        return refused ? EXIT_REFUSED : EXIT_DONE;
    struct rpc_status status;
    (void)read_refusal(task_arena(invocation->task), result->refused, &status);
    const struct asked asked = {invocation->command, ""};
    return refused_print(task_arena(invocation->task), &status, &asked, false);
}

enum exit_code orders_run_preview(struct invocation *invocation)
{
    Ledger__V1__Order order;
    ProtobufCMessage *request = invocation_request(invocation, SERVICE, "PreviewOrder"), *response;
    enum exit_code code = request != NULL ? make_order(invocation, &order) : EXIT_USAGE;
    if (code != EXIT_DONE)
        return code;
    ((Ledger__V1__PreviewOrderRequest *)(void *)request)->order = &order;
    code = invocation_call(invocation, SERVICE, "PreviewOrder", request, &response);
    return code == EXIT_DONE ? print_preview(invocation, (const void *)response) : code;
}

/* ---- a file of orders ---- */

struct file {
    char **lines; /* those with an order */
    size_t *numbers;
    size_t count;
};

static char *read_text(struct arena *arena, const char *name)
{
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    char *text = in != NULL ? arena_try_alloc(arena, FILE_BYTES_MAX + 1) : NULL;
    size_t size = text != NULL ? fread(text, 1, FILE_BYTES_MAX + 1, in) : 0;
    bool read = text != NULL && ferror(in) == 0 && size <= FILE_BYTES_MAX;
    if (!read)
        fprintf(stderr, "kontor: %s: %s\n", name,
                size > FILE_BYTES_MAX ? "more than 16 MiB" : strerror(errno));
    if (in != NULL && in != stdin)
        fclose(in);
    if (!read)
        return NULL;
    text[size] = '\0';
    if (strlen(text) == size)
        return text;
    fprintf(stderr, "kontor: %s: it has a NUL character\n", name);
    return NULL;
}

/* Takes away the CR of a CRLF. Another CR would be the end of a line to some editor, and what
 * follows it would be passed over. */
static bool end_line(char *line, size_t number)
{
    size_t length = strcspn(line, "\r");
    bool ended = line[length] == '\0' || line[length + 1] == '\0';
    if (!ended)
        fprintf(stderr, "kontor: line %zu has a carriage return that does not end it\n", number);
    line[length] = '\0';
    return ended;
}

static bool read_file(struct arena *arena, const char *name, struct file *file)
{
    char *text = read_text(arena, name);
    if (text == NULL)
        return false;
    size_t lines = 1;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    file->lines = arena_try_alloc_array(arena, lines, sizeof(*file->lines));
    file->numbers = arena_try_alloc_array(arena, lines, sizeof(*file->numbers));
    if (file->lines == NULL || file->numbers == NULL)
        return false;
    size_t number = 1;
    for (char *line = strsep(&text, "\n"); line != NULL; line = strsep(&text, "\n"), number++) {
        if (!end_line(line, number))
            return false;
        char *first = line + strspn(line, " \t");
        if (*first == '\0' || *first == '#')
            continue;
        file->numbers[file->count] = number;
        file->lines[file->count++] = first;
    }
    return true;
}

static bool is_linked(const char *line)
{
    size_t length = strlen(line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return length > 1 && line[length - 1] == '&' &&
           (line[length - 2] == ' ' || line[length - 2] == '\t');
}

/* Request ids follow from the run's and the line, so the same run again does nothing twice. */
static bool name_request(const struct invocation *whole, size_t number,
                         char request_id[ID_TEXT_SIZE])
{
    struct id run;
    char label[32];
    if (!id_parse(whole->request_id[0] != '\0' ? whole->request_id : whole->new_request_id, &run)) {
        fprintf(stderr, "kontor: --request-id: a request id is a UUID\n");
        return false;
    }
    snprintf(label, sizeof(label), "kontor.orders.%zu", number);
    id_format(id_derive(run, label), request_id);
    return true;
}

/* The order of a line: `transfer --to … --amount …`, as it would be typed after `kontor`. */
static enum exit_code read_order(const struct invocation *whole, const struct file *file, size_t i,
                                 Ledger__V1__Order *order)
{
    struct invocation line = *whole;
    char *words[WORDS_MAX + 1], *text = arena_strdup(task_arena(whole->task), file->lines[i]);
    int count = 0, taken = 0;
    bool linked = is_linked(file->lines[i]);
    if (text != NULL && linked)
        *strrchr(text, '&') = '\0';
    memset(line.values, 0, sizeof(line.values));
    line.request = NULL;
    line.request_id = "";
    bool split = text != NULL && words_split(text, words, &count);
    line.command = split ? command_find(whole->commands, count, words, &taken) : NULL;
    if (line.command == NULL)
        fprintf(stderr, "kontor: there is no such command\n");
    bool read = line.command != NULL && words_read(&line, words + taken) &&
                name_request(whole, file->numbers[i], line.new_request_id);
    enum exit_code code = read ? make_order(&line, order) : EXIT_USAGE;
    order->linked = linked;
    if (code != EXIT_DONE)
        fprintf(stderr, "  in line %zu: %s\n", file->numbers[i], file->lines[i]);
    return code;
}

/* How many lines the next call takes: at most 1,000, and groups whole. 0: a group is too long, or
 * has no end. */
static size_t call_length(const struct file *file, size_t first)
{
    size_t count = file->count - first < CALL_ORDERS_MAX ? file->count - first : CALL_ORDERS_MAX;
    while (count > 0 && is_linked(file->lines[first + count - 1]))
        count--;
    return count;
}

static enum exit_code check_groups(const struct file *file)
{
    for (size_t first = 0, count; first < file->count; first += count) {
        count = call_length(file, first);
        if (count > 0)
            continue;
        fprintf(stderr,
                "kontor: the group that begins in line %zu has no end, or more than 1,000 orders\n",
                file->numbers[first]);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* Every line is read before the first is sent, so a mistake anywhere means that nothing was done.
 */
static enum exit_code check_file(const struct invocation *whole, const struct file *file)
{
    struct arena *arena = task_arena(whole->task);
    struct arena_mark mark = arena_mark(arena);
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < file->count && code == EXIT_DONE; i++) {
        Ledger__V1__Order order;
        code = read_order(whole, file, i, &order);
        arena_rewind(arena, mark);
    }
    return code == EXIT_DONE ? check_groups(file) : code;
}

/* ---- results ---- */

struct tally {
    size_t done;
    size_t replayed;
    size_t refused;
};

static void print_result(struct arena *arena, const struct file *file, size_t i,
                         const Ledger__V1__OrderResult *result)
{
    int length = (int)strcspn(file->lines[i], "-&#");
    if (result->outcome_case != LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED) {
        printf("%6zu  %-18.*s  %s\n", file->numbers[i], length, file->lines[i],
               result->replayed ? "was done before" : "done");
        return;
    }
    struct rpc_status packed;
    struct status status = read_refusal(arena, result->refused, &packed);
    printf("%6zu  %-18.*s  refused: %s (%s)\n", file->numbers[i], length, file->lines[i],
           status.sentence, status.reason);
}

static void print_results(struct invocation *whole, const struct file *file, size_t first,
                          const Ledger__V1__SubmitOrdersResponse *response, struct tally *tally)
{
    bool for_people = invocation_is_for_people(whole);
    for (size_t i = 0; i < response->n_results; i++) {
        const Ledger__V1__OrderResult *result = response->results[i];
        bool refused = result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED;
        tally->refused += refused ? 1 : 0;
        tally->done += refused ? 0 : 1;
        tally->replayed += result->replayed && !refused ? 1 : 0;
        if (for_people)
            print_result(task_arena(whole->task), file, first + i, result);
    }
    if (!for_people)
        invocation_print(whole, &response->base);
}

static enum exit_code submit_some(struct invocation *whole, const struct file *file, size_t first,
                                  size_t count, struct tally *tally)
{
    struct arena *arena = task_arena(whole->task);
    ProtobufCMessage *message = invocation_request(whole, SERVICE, "SubmitOrders"),
                     *response = NULL;
    Ledger__V1__SubmitOrdersRequest *request = (Ledger__V1__SubmitOrdersRequest *)(void *)message;
    Ledger__V1__Order *orders = arena_try_alloc_array(arena, count, sizeof(*orders));
    Ledger__V1__Order **places = arena_try_alloc_array(arena, count, sizeof(*places));
    if (message == NULL || orders == NULL || places == NULL)
        return EXIT_USAGE;
    request->orders = places;
    request->n_orders = count;
    for (size_t i = 0; i < count; i++) {
        places[i] = &orders[i];
        enum exit_code code = read_order(whole, file, first + i, &orders[i]);
        if (code != EXIT_DONE)
            return code;
    }
    enum exit_code code = invocation_call(whole, SERVICE, "SubmitOrders", message, &response);
    if (code == EXIT_DONE)
        print_results(whole, file, first, (const void *)response, tally);
    return code;
}

static enum exit_code submit_file(struct invocation *whole, const struct file *file,
                                  struct tally *tally)
{
    struct arena *arena = task_arena(whole->task);
    struct arena_mark mark = arena_mark(arena);
    enum exit_code code = EXIT_DONE;
    for (size_t first = 0, count; first < file->count && code == EXIT_DONE; first += count) {
        count = call_length(file, first);
        code = submit_some(whole, file, first, count, tally);
        arena_rewind(arena, mark);
    }
    return code;
}

enum exit_code orders_run_submit(struct invocation *invocation)
{
    struct file file = {0};
    struct tally tally = {0};
    const char *name = invocation_value(invocation, "file");
    if (name == NULL) {
        fprintf(stderr, "kontor: --file is missing: one command a line, or - for stdin\n");
        return EXIT_USAGE;
    }
    if (!read_file(task_arena(invocation->task), name, &file) ||
        invocation_request(invocation, SERVICE, "SubmitOrders") == NULL)
        return EXIT_USAGE;
    if (file.count == 0) {
        fprintf(stderr, "kontor: there is no order in %s\n", name);
        return EXIT_USAGE;
    }
    enum exit_code code = check_file(invocation, &file);
    if (code == EXIT_DONE)
        code = submit_file(invocation, &file, &tally);
    if (invocation_is_for_people(invocation) && tally.done + tally.refused > 0)
        printf("%zu done (%zu of them before), %zu refused, %zu not sent\n", tally.done,
               tally.replayed, tally.refused, file.count - tally.done - tally.refused);
    return code == EXIT_DONE && tally.refused > 0 ? EXIT_REFUSED : code;
}
