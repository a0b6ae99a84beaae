/* Any bytes of strangers against many message types, as the server reads them, within an
 * arena with a maximum. A message that is accepted must come back the same from its own packed
 * form. The first byte picks the type. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "event/v1/event.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "ledger/v1/order.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"
#include "runtime/rpc/wire.h"

#define ARENA_BYTES_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ProtobufCMessageDescriptor *const types[] = {
    &event__v1__list_events_response__descriptor, /* times and bytes in a list */
    &ledger__v1__create_transfer_request__descriptor,
    &ledger__v1__submit_orders_request__descriptor,
    &ledger__v1__record_usage_request__descriptor,
    &grpc__reflection__v1__server_reflection_request__descriptor, /* a choice of one */
    &google__rpc__error_info__descriptor,                         /* a map */
    &google__protobuf__file_descriptor_proto__descriptor,         /* messages within themselves */
    &google__rpc__status__descriptor,
};

static void accepted_comes_back(struct arena *arena, const ProtobufCMessageDescriptor *type,
                                const ProtobufCMessage *message)
{
    struct bytes packed = message_pack(arena, message);
    if (packed.data == NULL)
        return;
    ProtobufCMessage *again;
    const char *field = NULL;
    enum wire_verdict verdict = wire_unpack(arena, type, packed, &again, &field);
    if (verdict == WIRE_EXHAUSTED)
        return;
    assert(verdict == WIRE_ACCEPTED);
    struct bytes packed_again = message_pack(arena, again);
    assert(packed_again.data == NULL || (packed_again.size == packed.size &&
                                         memcmp(packed_again.data, packed.data, packed.size) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const ProtobufCMessageDescriptor *type = types[data[0] % (sizeof types / sizeof types[0])];
    struct bytes bytes = {data + 1, size - 1};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    ProtobufCMessage *message;
    const char *field = NULL;
    enum wire_verdict verdict = wire_unpack(&arena, type, bytes, &message, &field);
    if (verdict == WIRE_ACCEPTED)
        accepted_comes_back(&arena, type, message);
    assert(verdict != WIRE_TEXT || field != NULL);
    struct status status;
    if (status_unpack(&arena, bytes, &status)) {
        struct bytes packed = status_pack(&arena, &status);
        assert(packed.data == NULL || packed.size > 0 || status.code == CODE_OK);
    }
    arena_deinit(&arena);
    return 0;
}
