#include "runtime/rpc/measure.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/metrics.h"
#include "runtime/base/text.h"
#include "runtime/rpc/status.h"

#define CODES (CODE_UNAUTHENTICATED + 1)
#define BUCKETS 256

static struct metric served = {
    .name = "rpc_server_call_duration_seconds",
    .help = "Calls served, from arrival to answer, by rpc and by the code they ended with.",
    .kind = METRIC_HISTOGRAM,
    .labels = {"rpc_method", "rpc_response_status_code"}};
static struct metric asked = {
    .name = "rpc_client_call_duration_seconds",
    .help = "Attempts at calls to peers, by rpc, by the code they ended with, and by peer.",
    .kind = METRIC_HISTOGRAM,
    .labels = {"rpc_method", "rpc_response_status_code", "server_address"}};
static struct metric handled = {
    .name = "grpc_server_handled_total",
    .help = "Calls served, under the name that go-grpc-prometheus gave it.",
    .kind = METRIC_COUNTER,
    .labels = {"grpc_type", "grpc_service", "grpc_method", "grpc_code"}};
static struct metric handling = {
    .name = "grpc_server_handling_seconds",
    .help = "Calls served, from arrival to answer, under the name that go-grpc-prometheus gave it.",
    .kind = METRIC_HISTOGRAM,
    .labels = {"grpc_type", "grpc_service", "grpc_method"}};

static struct metric unauthenticated = {
    .name = "rpc_server_unauthenticated_total",
    .help = "Calls served that nobody known made: without a session, or with one that has ended.",
    .kind = METRIC_COUNTER};
METRIC_FROM_THE_START(unauthenticated);

struct call_measure {
    const char *path; /* of a server's */
    char *method;     /* "ledger.v1.TransferService/CreateTransfer" */
    const char *type;
    char *service; /* this and the next two: NULL without grpc names */
    struct metric_series *handling;
    struct metric_series *handled[CODES];
    const ProtobufCServiceDescriptor *descriptor; /* of a client's */
    unsigned method_index;
    const char *address; /* NULL: of a server's */
    struct metric_series *series[CODES];
    struct call_measure *next; /* of the same hash */
};

static const enum code from_the_start[] = {CODE_OK, CODE_INTERNAL, CODE_UNAVAILABLE,
                                           CODE_DEADLINE_EXCEEDED};

static bool uses_grpc_names;

void call_measure_use_grpc_names(void)
{
    uses_grpc_names = true;
}

/* ---- one rpc ---- */

static struct metric_series *series_of(struct call_measure *measure, enum code code)
{
    struct metric_series **series = &measure->series[code];
    if (*series == NULL)
        *series = metric_series_of(measure->address == NULL ? &served : &asked,
                                   (const char *[METRIC_LABELS_MAX]){
                                       measure->method, status_code_name(code), measure->address});
    return *series;
}

static struct call_measure *measure_new(const char *method, const char *address)
{
    struct call_measure *measure = calloc(1, sizeof *measure);
    assert(measure != NULL);
    measure->method = strdup(method);
    assert(measure->method != NULL);
    measure->address = address;
    for (size_t i = 0; i < sizeof from_the_start / sizeof from_the_start[0]; i++)
        (void)series_of(measure, from_the_start[i]);
    return measure;
}

/* ---- a server's ---- */

static void find_grpc_series(struct call_measure *measure, enum code code)
{
    size_t service_length = strcspn(measure->method, "/");
    char service[256];
    bool fits = text_print(service, sizeof service, "%.*s", (int)service_length, measure->method);
    assert(fits);
    (void)fits;
    if (measure->service == NULL)
        measure->service = strdup(service);
    assert(measure->service != NULL);
    const char *name = measure->method + service_length;
    const char *values[METRIC_LABELS_MAX] = {
        measure->type, measure->service, *name == '/' ? name + 1 : name, status_code_name(code)};
    measure->handling = metric_series_of(&handling, values);
    measure->handled[code] = metric_series_of(&handled, values);
}

static void start_grpc_names(struct call_measure *measure)
{
    for (size_t i = 0; i < sizeof from_the_start / sizeof from_the_start[0]; i++)
        find_grpc_series(measure, from_the_start[i]);
}

struct call_measure *call_measure_of_served(const char *path, const char *type)
{
    static struct call_measure *first;
    struct call_measure *measure = first;
    while (measure != NULL && !text_equal(measure->path, path))
        measure = measure->next;
    if (measure == NULL) {
        measure = measure_new(path == NULL ? "_OTHER" : path + 1, NULL);
        measure->path = path;
        measure->type = type;
        measure->next = first;
        first = measure;
    }
    if (uses_grpc_names && measure->handling == NULL)
        start_grpc_names(measure);
    return measure;
}

void call_measure_served(struct call_measure *measure, enum code code, int64_t duration_us)
{
    assert((unsigned)code < CODES);
    metric_series_observe_us(series_of(measure, code), duration_us);
    if (code == CODE_UNAUTHENTICATED)
        metric_add(&unauthenticated, NULL, 1);
    if (measure->handling == NULL)
        return;
    if (measure->handled[code] == NULL)
        find_grpc_series(measure, code);
    metric_series_observe_us(measure->handling, duration_us);
    metric_series_add(measure->handled[code], 1);
}

/* ---- a client's ---- */

/* Of "dns:///ledger:7403" and "ledger:7403" what is before the port. */
static void print_address(const char *target, char *text, size_t size)
{
    static const char *const schemes[] = {"dns:///", "dns:", "ipv4:", "ipv6:"};
    const char *start = target;
    for (size_t i = 0; start == target && i < sizeof schemes / sizeof schemes[0]; i++)
        start += strncmp(target, schemes[i], strlen(schemes[i])) == 0 ? strlen(schemes[i]) : 0;
    const char *port = strrchr(start, ':');
    bool is_one = strchr(start, ',') == NULL && strstr(start, "//") == NULL;
    size_t length = is_one && port != NULL ? (size_t)(port - start) : strlen(start);
    bool fits = text_print(text, size, "%.*s", (int)length, start);
    (void)fits; /* a long list is cut */
}

struct address {
    struct address *next;
    char text[256];
};

const char *call_measure_address(const char *target)
{
    static struct address *first;
    struct address *address = calloc(1, sizeof *address);
    assert(address != NULL);
    print_address(target, address->text, sizeof address->text);
    for (struct address *known = first; known != NULL; known = known->next) {
        if (strcmp(known->text, address->text) == 0) {
            free(address);
            return known->text;
        }
    }
    address->next = first;
    first = address;
    return address->text;
}

struct call_measure *call_measure_of_asked(const ProtobufCServiceDescriptor *service,
                                           unsigned method_index, const char *address)
{
    static struct call_measure *buckets[BUCKETS];
    uintptr_t hash = (uintptr_t)service / 64 + method_index + (uintptr_t)address / 64;
    struct call_measure **place = &buckets[hash % BUCKETS];
    for (; *place != NULL; place = &(*place)->next)
        if ((*place)->descriptor == service && (*place)->method_index == method_index &&
            (*place)->address == address)
            return *place;
    char method[256];
    bool fits = text_print(method, sizeof method, "%s/%s", service->name,
                           service->methods[method_index].name);
    assert(fits);
    (void)fits;
    *place = measure_new(method, address);
    (*place)->descriptor = service;
    (*place)->method_index = method_index;
    return *place;
}

void call_measure_asked(struct call_measure *measure, enum code code, int64_t duration_us)
{
    bool is_known = (unsigned)code < CODES;
    metric_series_observe_us(series_of(measure, is_known ? code : CODE_UNKNOWN), duration_us);
}
