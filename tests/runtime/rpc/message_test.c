#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "google/rpc/status.pb-c.h"
#include "runtime/rpc/message.h"

#define ARENA_BYTES (1024 * 1024)

static struct bytes packed_status(struct arena *arena, int32_t code, const char *sentence)
{
    Google__Rpc__Status status;
    google__rpc__status__init(&status);
    status.code = code;
    status.message = arena_strdup(arena, sentence);
    return message_pack(arena, &status.base);
}

static void assert_packs_to(struct arena *arena, const ProtobufCMessage *message,
                            struct bytes wanted)
{
    struct bytes packed = message_pack(arena, message);
    assert_int_equal(packed.size, wanted.size);
    assert_memory_equal(packed.data, wanted.data, wanted.size);
}

static void what_was_packed_is_packed_again_as_it_was(void **state)
{
    (void)state;
    static const struct {
        int32_t code;
        const char *sentence;
    } cases[] = {
        {0, ""}, {1, ""}, {0, "only a sentence"}, {9, "both"}, {-1, "ten bytes of a number"}};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes packed = packed_status(&arena, cases[i].code, cases[i].sentence);
        Google__Rpc__Status status;
        google__rpc__status__init(&status);
        assert_true(message_set_packed(&arena, &status.base, packed));
        assert_packs_to(&arena, &status.base, packed);
    }
    arena_deinit(&arena);
}

/* Lengths around those whose own length needs one byte more. */
static void a_packed_field_is_read_as_that_field(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 127, 128, 16383, 16384, 70000};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *value = arena_alloc(&arena, sizes[i] + 1);
        memset(value, 0xA5, sizes[i]);
        Google__Protobuf__Any any;
        google__protobuf__any__init(&any);
        any.value = (ProtobufCBinaryData){sizes[i], value};
        Google__Rpc__Status status;
        google__rpc__status__init(&status);
        status.code = 7;
        assert_true(
            message_set_packed_field(&arena, &status.base, 3, message_pack(&arena, &any.base)));
        struct bytes packed = message_pack(&arena, &status.base);
        Google__Rpc__Status *read =
            (Google__Rpc__Status *)message_unpack(&arena, &google__rpc__status__descriptor, packed);
        assert_non_null(read);
        assert_int_equal(read->code, 7);
        assert_int_equal(read->n_details, 1);
        assert_int_equal(read->details[0]->value.len, sizes[i]);
        assert_memory_equal(read->details[0]->value.data, value, sizes[i]);
    }
    arena_deinit(&arena);
}

static void without_memory_nothing_is_set(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    struct bytes packed = packed_status(&arena, 5, "sentence");
    struct arena small;
    arena_init(&small, 1);
    Google__Rpc__Status status;
    google__rpc__status__init(&status);
    assert_false(message_set_packed(&small, &status.base, packed));
    assert_false(message_set_packed_field(&small, &status.base, 3, packed));
    assert_int_equal(status.base.n_unknown_fields, 0);
    arena_deinit(&small);
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_packed_again_as_it_was),
        cmocka_unit_test(a_packed_field_is_read_as_that_field),
        cmocka_unit_test(without_memory_nothing_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
