#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/rpc/described.h"
#include "runtime/rpc/method.h"
#include "runtime/rpc/serving.h"

#define METHODS_BYTES_MAX ((size_t)1024 * 1024)

/* Field numbers of google/protobuf/descriptor.proto. protobuf-c's own descriptors do not say which
 * methods stream. */
enum { FILE_SERVICE = 6 };
enum { SERVICE_NAME = 1, SERVICE_METHOD = 2 };
enum { METHOD_NAME = 1, METHOD_CLIENT_STREAMING = 5, METHOD_SERVER_STREAMING = 6 };

static struct bytes find_service(const ProtobufCServiceDescriptor *descriptor)
{
    struct bytes set = {proto_descriptor_set, proto_descriptor_set_size};
    struct wire_field file, service;
    while (described_next_file(&set, descriptor->package, &file)) {
        while (described_next(&file.bytes, FILE_SERVICE, &service)) {
            if (described_is(described_first(service.bytes, SERVICE_NAME).bytes,
                             descriptor->short_name))
                return service.bytes;
        }
    }
    return (struct bytes){NULL, 0};
}

static void read_streaming(struct bytes service, struct method *method, const char *name)
{
    struct wire_field found;
    while (described_next(&service, SERVICE_METHOD, &found)) {
        if (!described_is(described_first(found.bytes, METHOD_NAME).bytes, name))
            continue;
        method->client_streams = described_first(found.bytes, METHOD_CLIENT_STREAMING).number != 0;
        method->server_streams = described_first(found.bytes, METHOD_SERVER_STREAMING).number != 0;
        return;
    }
    assert(!"a mounted method is in the descriptor set");
}

/* FNV-1a. */
static size_t bucket_of(const char *path, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t index = 0; index < length; index++)
        hash = (hash ^ (uint8_t)path[index]) * UINT64_C(1099511628211);
    return (size_t)(hash % METHOD_BUCKETS);
}

const struct method *methods_find(const struct methods *methods, const char *path, size_t length)
{
    const struct method *method = methods->buckets[bucket_of(path, length)];
    while (method != NULL &&
           (strncmp(method->path, path, length) != 0 || method->path[length] != '\0'))
        method = method->next;
    return method;
}

/* protoc-c's services have a table of handlers behind them; a hole in it would crash at the first
 * call. */
static bool has_handler(const ProtobufCService *service, unsigned index)
{
    typedef void (*handler)(void);
    const handler *handlers = (const handler *)(const void *)(service + 1);
    return service->invoke != protobuf_c_service_invoke_internal || handlers[index] != NULL;
}

static void method_add(struct methods *methods, struct method *method)
{
    size_t length = strlen(method->path);
    assert(methods_find(methods, method->path, length) == NULL);
    struct method **bucket = &methods->buckets[bucket_of(method->path, length)];
    method->next = *bucket;
    *bucket = method;
}

void methods_init(struct methods *methods)
{
    *methods = (struct methods){0};
    arena_init(&methods->arena, METHODS_BYTES_MAX);
}

struct path {
    struct path *next;
    char text[];
};

/* Metrics keep a label's text for ever, so paths outlive the server. */
static const char *path_of(const char *service, const char *method)
{
    static struct path *paths;
    char text[256];
    bool fits = text_print(text, sizeof text, "/%s/%s", service, method);
    assert(fits);
    (void)fits;
    for (const struct path *path = paths; path != NULL; path = path->next) {
        if (strcmp(path->text, text) == 0)
            return path->text;
    }
    struct path *path = calloc(1, sizeof *path + strlen(text) + 1);
    assert(path != NULL);
    memcpy(path->text, text, strlen(text) + 1);
    path->next = paths;
    paths = path;
    return path->text;
}

static const char *type_of(const struct method *method)
{
    if (method->client_streams)
        return method->server_streams ? "bidi_stream" : "client_stream";
    return method->server_streams ? "server_stream" : "unary";
}

void methods_mount(struct methods *methods, ProtobufCService *service, void *context, bool guarded)
{
    const ProtobufCServiceDescriptor *descriptor = service->descriptor;
    struct bytes described = find_service(descriptor);
    assert(described.data != NULL);
    assert(methods->service_count < sizeof methods->services / sizeof methods->services[0]);
    methods->services[methods->service_count++] = descriptor->name;
    for (unsigned index = 0; index < descriptor->n_methods; index++) {
        assert(has_handler(service, index));
        struct method *method = arena_alloc(&methods->arena, sizeof *method);
        *method = (struct method){
            .service = service, .index = index, .context = context, .guarded = guarded};
        method->only_reads = rpc_effect_of(descriptor, index) == RPC_READS;
        method->path = path_of(descriptor->name, descriptor->methods[index].name);
        method->domain = arena_printf(&methods->arena, "%.*s.kontor",
                                      (int)strcspn(descriptor->name, "."), descriptor->name);
        const ProtobufCMethodDescriptor *types = &descriptor->methods[index];
        method->sensitive =
            described_is_sensitive(types->input) || described_is_sensitive(types->output);
        read_streaming(described, method, descriptor->methods[index].name);
        method->measure = call_measure_of_served(method->path, type_of(method));
        method_add(methods, method);
    }
    assert(!arena_exhausted(&methods->arena)); /* what is mounted is ours: it fits */
}

void methods_deinit(struct methods *methods)
{
    arena_deinit(&methods->arena);
}

/* ---- on a server ---- */

void rpc_server_mount(struct rpc_server *server, ProtobufCService *service, void *context)
{
    assert(server->core == NULL);
    methods_mount(&server->methods, service, context, server->guards_mounts);
}

size_t rpc_server_service_count(const struct rpc_server *server)
{
    return server->methods.service_count;
}

const char *rpc_server_service_name(const struct rpc_server *server, size_t index)
{
    assert(index < server->methods.service_count);
    return server->methods.services[index];
}
