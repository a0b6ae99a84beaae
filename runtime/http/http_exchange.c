#include "runtime/http/http_exchange.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/http/http_head.h"

#define BODY_ROOM_FIRST ((size_t)4096)

const char *http_received_field(const struct http_received *received, const char *name)
{
    for (size_t i = 0; i < received->field_count; i++) {
        if (strcmp(received->fields[i].name, name) == 0)
            return received->fields[i].value;
    }
    return NULL;
}

/* ---- life of an exchange ---- */

void *http_exchange_begun(void *argument, const char *target, struct MHD_Connection *native)
{
    struct http_server *server = argument;
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    assert(exchange != NULL);
    exchange->server = server;
    exchange->native = native;
    exchange->connection =
        MHD_get_connection_info(native, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    exchange->holders = 1;
    exchange->target = strdup(target == NULL ? "" : target);
    assert(exchange->target != NULL);
    exchange->received.exchange = exchange;
    exchange->next = server->exchanges;
    if (exchange->next != NULL)
        exchange->next->previous = exchange;
    server->exchanges = exchange;
    return exchange;
}

static void forget_rest(const struct http_exchange *exchange)
{
    struct http_exchange **at = &exchange->server->to_rest;
    while (*at != NULL && *at != exchange)
        at = &(*at)->next_to_rest;
    if (*at != NULL)
        *at = exchange->next_to_rest;
}

void http_exchange_ended(void *server, struct MHD_Connection *native, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct http_exchange *exchange = *context;
    (void)server;
    (void)native;
    (void)code;
    *context = NULL;
    if (exchange->next != NULL)
        exchange->next->previous = exchange->previous;
    if (exchange->previous != NULL)
        exchange->previous->next = exchange->next;
    else
        exchange->server->exchanges = exchange->next;
    forget_rest(exchange);
    exchange->native = NULL;
    http_connection_waits(exchange->connection);
    exchange->connection = NULL;
    if (exchange->task != NULL)
        task_cancel(exchange->task);
    event_signal(&exchange->part_taken);
    http_exchange_release(exchange);
}

void http_exchange_cancel_all(struct http_server *server)
{
    for (struct http_exchange *exchange = server->exchanges; exchange != NULL;
         exchange = exchange->next) {
        if (exchange->task != NULL)
            task_cancel(exchange->task);
        http_exchange_resume(exchange);
    }
}

/* ---- the head ---- */

struct found {
    const char *begin; /* of the head, in libmicrohttpd's buffer */
    struct http_head_field fields[HTTP_FIELDS_MAX];
    size_t count;
};

/* libmicrohttpd cuts the head where it lies. Something that it has moved is nowhere in the head. */
static size_t place_of(const struct found *found, const char *part)
{
    return (size_t)((uintptr_t)part - (uintptr_t)found->begin);
}

static enum MHD_Result find_field(void *argument, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    struct found *found = argument;
    (void)kind;
    if (found->count < HTTP_FIELDS_MAX)
        found->fields[found->count] = (struct http_head_field){
            name,       value == NULL ? "" : value, name_size,
            value_size, place_of(found, name),      place_of(found, value)};
    found->count++;
    return MHD_YES;
}

static char *put(char **room, const char *text, size_t size)
{
    char *copy = memcpy(*room, text, size);
    copy[size] = '\0';
    *room += size + 1;
    return copy;
}

static size_t size_without_blanks(const struct http_head_field *field)
{
    size_t size = field->value_size;
    while (size > 0 && (field->value[size - 1] == ' ' || field->value[size - 1] == '\t'))
        size--;
    return size;
}

/* The handler reads the exchange's own copy: a task may outlive the connection. The parts and
 * their NULs need no more room than the head did. */
static void head_keep(struct http_exchange *exchange, const struct http_head *head)
{
    struct http_received *received = &exchange->received;
    exchange->fields = calloc(1, head->field_count * sizeof *exchange->fields + head->size);
    assert(exchange->fields != NULL);
    char *room = (char *)(exchange->fields + head->field_count);
    for (size_t i = 0; i < head->field_count; i++) {
        const struct http_head_field *field = &head->fields[i];
        char *name = put(&room, field->name, field->name_size);
        for (char *c = name; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        exchange->fields[i] =
            (struct http_field){name, put(&room, field->value, size_without_blanks(field))};
    }
    received->fields = exchange->fields;
    received->field_count = head->field_count;
    received->method = put(&room, head->method, strlen(head->method));
    received->path = exchange->target;
    size_t path_size = strcspn(exchange->target, "?");
    bool has_query = exchange->target[path_size] == '?';
    exchange->target[path_size] = '\0';
    received->query = exchange->target + path_size + has_query;
}

static bool is_too_long(const struct http_exchange *exchange)
{
    const char *length = http_received_field(&exchange->received, "content-length");
    return length != NULL && strtoull(length, NULL, 10) > exchange->server->settings.body_bytes_max;
}

static int head_take(struct http_exchange *exchange, const char *method, const char *target,
                     const char *version)
{
    struct found found;
    found.begin = method;
    found.count = 0;
    MHD_get_connection_values_n(exchange->native, MHD_HEADER_KIND, find_field, &found);
    const struct http_head head = {
        .method = method,
        .target = exchange->target,
        .version = version,
        .target_at = place_of(&found, target),
        .version_at = place_of(&found, version),
        .fields = found.fields,
        .field_count = found.count,
        .size = MHD_get_connection_info(exchange->native, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
                    ->header_size,
    };
    if (found.count > HTTP_FIELDS_MAX || head.size > exchange->server->settings.head_bytes_max)
        return 431;
    int refused = http_head_refused(&head);
    if (refused != 0)
        return refused;
    head_keep(exchange, &head);
    return is_too_long(exchange) ? 413 : 0;
}

/* ---- the body ---- */

/* Beyond the maximum it is read to its end and thrown away, within the connection's time. */
static void body_take(struct http_exchange *exchange, const char *bytes, size_t size)
{
    size_t max = exchange->server->settings.body_bytes_max;
    if (exchange->refused != 0 || size > max - exchange->body_size) {
        exchange->refused = 413;
        return;
    }
    size_t needed = exchange->body_size + size;
    if (needed + 1 > exchange->body_room) {
        size_t room = exchange->body_room == 0 ? BODY_ROOM_FIRST : exchange->body_room;
        while (room < needed + 1)
            room *= 2;
        exchange->body = realloc(exchange->body, room);
        assert(exchange->body != NULL);
        exchange->body_room = room;
    }
    memcpy(exchange->body + exchange->body_size, bytes, size);
    exchange->body_size = needed;
    exchange->body[needed] = '\0';
}

/* ---- libmicrohttpd's calls: head, pieces of the body, end, and after each resume ---- */

static enum MHD_Result request_whole(struct http_exchange *exchange)
{
    if (exchange->refused != 0)
        return http_exchange_refuse(exchange, exchange->refused);
    exchange->step = STEP_HANDLED;
    exchange->connection->is_waiting = false;
    http_clock_stop(exchange->connection);
    exchange->received.body = (struct bytes){
        (const uint8_t *)(exchange->body == NULL ? "" : exchange->body), exchange->body_size};
    return exchange->server->settings.page != NULL ? http_exchange_answer_page(exchange)
                                                   : http_exchange_answer_later(exchange);
}

enum MHD_Result http_exchange_turn(void *server, struct MHD_Connection *native, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **context)
{
    struct http_exchange *exchange = *context;
    (void)server;
    (void)native;
    if (exchange->step == STEP_HEAD) { /* an answer now: no 100 Continue, and no body is read */
        exchange->step = STEP_BODY;
        int refused = head_take(exchange, method, url, version);
        return refused == 0 ? MHD_YES : http_exchange_refuse(exchange, refused);
    }
    if (*upload_size > 0) {
        body_take(exchange, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (exchange->step == STEP_BODY)
        return request_whole(exchange);
    return exchange->step == STEP_ANSWERED ? http_exchange_answer(exchange) : MHD_YES;
}
