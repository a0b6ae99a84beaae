#include "runtime/rpc/shown.h"

#include <assert.h>

#include "runtime/base/text.h"

#define RPC_NAME_SIZE 256

/* google.protobuf.FileDescriptorProto.service, ServiceDescriptorProto.method: how comments name
 * what they belong to. */
enum { SERVICE_FIELD = 6, METHOD_FIELD = 2 };
enum { SERVICE_AT = 1, METHOD_AT = 3 }; /* in a path: 6, service, 2, method, … */

typedef Google__Protobuf__SourceCodeInfo__Location Location;

static bool is_of_service(const Location *location, size_t service)
{
    return location->n_path > SERVICE_AT && location->path[0] == SERVICE_FIELD &&
           location->path[SERVICE_AT] == (int32_t)service;
}

static bool is_of_method(const Location *location, size_t service, size_t method)
{
    return is_of_service(location, service) && location->n_path > METHOD_AT &&
           location->path[2] == METHOD_FIELD && location->path[METHOD_AT] == (int32_t)method;
}

/* The comments of a method, or of a service and all in it (WHOLE): they move to another number, or
 * go (GONE). */
#define WHOLE SIZE_MAX
#define GONE SIZE_MAX

static void move_comments(Google__Protobuf__SourceCodeInfo *info, size_t service, size_t method,
                          size_t to)
{
    size_t kept = 0;
    for (size_t i = 0; info != NULL && i < info->n_location; i++) {
        Location *location = info->location[i];
        bool meant = method == WHOLE ? is_of_service(location, service)
                                     : is_of_method(location, service, method);
        if (meant && to == GONE)
            continue;
        if (meant)
            location->path[method == WHOLE ? SERVICE_AT : METHOD_AT] = (int32_t)to;
        info->location[kept++] = location;
    }
    if (info != NULL)
        info->n_location = kept;
}

static bool is_shown(const Google__Protobuf__FileDescriptorProto *file, const char *service,
                     const char *method, bool (*shows)(const char *rpc))
{
    char rpc[RPC_NAME_SIZE];
    bool fits = text_print(rpc, sizeof rpc, "/%s.%s/%s", file->package != NULL ? file->package : "",
                           service, method);
    assert(fits);
    return fits && shows(rpc);
}

static void reduce_service(Google__Protobuf__FileDescriptorProto *file, size_t number,
                           bool (*shows)(const char *rpc))
{
    Google__Protobuf__ServiceDescriptorProto *service = file->service[number];
    size_t kept = 0;
    for (size_t i = 0; i < service->n_method; i++) {
        bool shown = is_shown(file, service->name, service->method[i]->name, shows);
        move_comments(file->source_code_info, number, i, shown ? kept : GONE);
        if (shown)
            service->method[kept++] = service->method[i];
    }
    service->n_method = kept;
}

bool shown_reduce(Google__Protobuf__FileDescriptorProto *file, bool (*shows)(const char *rpc))
{
    size_t kept = 0;
    bool reduced = false;
    for (size_t i = 0; i < file->n_service; i++) {
        size_t before = file->service[i]->n_method;
        reduce_service(file, i, shows);
        size_t after = file->service[i]->n_method;
        reduced = reduced || after < before;
        move_comments(file->source_code_info, i, WHOLE, after > 0 ? kept : GONE);
        if (after > 0)
            file->service[kept++] = file->service[i];
    }
    file->n_service = kept;
    return reduced;
}
