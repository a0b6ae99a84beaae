#include "runtime/rpc/method.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum rpc_effect rpc_effect_of(const ProtobufCServiceDescriptor *service, unsigned method_index)
{
    static const char *const reading[] = {"Get",     "List",  "Check",   "Preview", "Watch",
                                          "Resolve", "Audit", "Explain", "Export"};
    assert(method_index < service->n_methods);
    const ProtobufCMethodDescriptor *method = &service->methods[method_index];
    for (size_t i = 0; i < sizeof reading / sizeof reading[0]; i++) {
        if (strncmp(method->name, reading[i], strlen(reading[i])) == 0)
            return RPC_READS;
    }
    bool repeatable =
        protobuf_c_message_descriptor_get_field_by_name(method->input, "request_id") != NULL ||
        protobuf_c_message_descriptor_get_field_by_name(method->input, "orders") != NULL;
    return repeatable ? RPC_REPEATABLE : RPC_ONCE;
}
