/* Bytes that strangers may not send: depth, text that is none, bytes that are no message, little
 * that becomes much. */
#include "runtime/rpc/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/test/v1/echo.pb-c.h"

#define ECHO (&runtime__test__v1__echo_request__descriptor)

static enum wire_verdict verdict_on(const void *data, size_t size, const char **field_name)
{
    *field_name = "(untouched)";
    return wire_check(ECHO, (struct bytes){data, size}, field_name);
}

struct wire_row {
    const char *what;
    const char *data;
    size_t size;
    enum wire_verdict verdict;
    const char *field_name;
};
#define ROW(what, data, verdict, field_name)             \
    {                                                    \
        what, data, sizeof data - 1, verdict, field_name \
    }

static const struct wire_row rows[] = {
    ROW("nothing", "", WIRE_ACCEPTED, "(untouched)"),
    ROW("text", "\x0a\x05hello", WIRE_ACCEPTED, "(untouched)"),
    ROW("text of three-byte characters", "\x0a\x03\xe2\x82\xac", WIRE_ACCEPTED, "(untouched)"),
    ROW("the last character there is", "\x0a\x04\xf4\x8f\xbf\xbf", WIRE_ACCEPTED, "(untouched)"),
    ROW("one past it", "\x0a\x04\xf4\x90\x80\x80", WIRE_TEXT, "text"),
    ROW("a surrogate", "\x0a\x03\xed\xa0\x80", WIRE_TEXT, "text"),
    ROW("an overlong slash", "\x0a\x02\xc0\xaf", WIRE_TEXT, "text"),
    ROW("a lone continuation", "\x0a\x01\x80", WIRE_TEXT, "text"),
    ROW("a character cut short", "\x0a\x02\xe2\x82", WIRE_TEXT, "text"),
    ROW("a NUL in text",
        "\x0a\x03"
        "a\0b",
        WIRE_TEXT, "text"),
    ROW("a NUL in bytes",
        "\x12\x03"
        "a\0b",
        WIRE_ACCEPTED, "(untouched)"),
    ROW("a NUL in one of many texts", "\x42\x01x\x42\x01\0", WIRE_TEXT, "texts"),
    ROW("a NUL in nested text", "\x3a\x05\x0a\x03\x12\x01\0", WIRE_TEXT, "text"),
    ROW("an unknown field", "\xa2\x06\x01\xff", WIRE_ACCEPTED, "(untouched)"),
    ROW("a length past the end", "\x0a\x06hello", WIRE_MALFORMED, "(untouched)"),
    ROW("a length of 2^63", "\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", WIRE_MALFORMED,
        "(untouched)"),
    ROW("an endless varint", "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", WIRE_MALFORMED,
        "(untouched)"),
    ROW("the largest varint", "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", WIRE_ACCEPTED,
        "(untouched)"),
    ROW("a varint over 64 bits", "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", WIRE_MALFORMED,
        "(untouched)"),
    ROW("a tag alone", "\x0a", WIRE_MALFORMED, "(untouched)"),
    ROW("field 0", "\x02\x00", WIRE_MALFORMED, "(untouched)"),
    ROW("a group", "\x0b\x0c", WIRE_MALFORMED, "(untouched)"),
    ROW("four bytes of eight", "\x19\x01\x02\x03\x04", WIRE_MALFORMED, "(untouched)"),
};

static void each_shape_gets_its_verdict(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
        const char *field_name;
        enum wire_verdict verdict = verdict_on(rows[index].data, rows[index].size, &field_name);
        if (verdict != rows[index].verdict || strcmp(field_name, rows[index].field_name) != 0)
            fail_msg("%s: verdict %d of %s", rows[index].what, verdict, field_name);
    }
}

/* Nests messages from the inside out; out has room. */
static size_t nest(unsigned depth, uint8_t *out)
{
    size_t size = 0;
    for (unsigned level = 0; level < depth; level++) {
        size_t header = size < 128 ? 2 : 3;
        memmove(out + header, out, size);
        out[0] = level + 1 == depth ? 0x3a : 0x0a;
        out[1] = size < 128 ? (uint8_t)size : (uint8_t)(size | 0x80);
        if (header == 3)
            out[2] = (uint8_t)(size >> 7);
        size += header;
    }
    return size;
}

static void depth_ends_at_its_maximum(void **state)
{
    (void)state;
    uint8_t data[64 * 1024];
    const char *field_name;
    assert_int_equal(verdict_on(data, nest(WIRE_DEPTH_MAX - 1, data), &field_name), WIRE_ACCEPTED);
    assert_int_equal(verdict_on(data, nest(WIRE_DEPTH_MAX, data), &field_name), WIRE_TOO_DEEP);
    assert_int_equal(verdict_on(data, nest(5000, data), &field_name), WIRE_TOO_DEEP);
}

static enum wire_verdict unpack(struct arena *arena, const void *data, size_t size,
                                ProtobufCMessage **message)
{
    const char *field_name = "";
    *message = NULL;
    return wire_unpack(arena, ECHO, (struct bytes){data, size}, message, &field_name);
}

static void what_is_accepted_is_unpacked_into_the_arena(void **state)
{
    (void)state;
    struct arena arena;
    ProtobufCMessage *message;
    arena_init(&arena, 4096);
    assert_int_equal(unpack(&arena, "\x0a\x05hello\x18\x07", 9, &message), WIRE_ACCEPTED);
    assert_string_equal(((Runtime__Test__V1__EchoRequest *)message)->text, "hello");
    assert_int_equal(((Runtime__Test__V1__EchoRequest *)message)->number, 7);
    arena_deinit(&arena);
}

/* Two bytes on the wire, some forty in memory. */
static void little_that_becomes_much_ends_at_the_arenas_maximum(void **state)
{
    (void)state;
    static uint8_t unknown[200 * 1024];
    struct arena arena;
    ProtobufCMessage *message;
    for (size_t index = 0; index < sizeof unknown; index += 2)
        memcpy(unknown + index, "\x78\x01", 2);
    arena_init(&arena, (size_t)1024 * 1024);
    assert_int_equal(unpack(&arena, unknown, sizeof unknown, &message), WIRE_EXHAUSTED);
    assert_null(message);
    arena_deinit(&arena);
}

static void a_known_field_of_the_wrong_type_is_malformed(void **state)
{
    (void)state;
    struct arena arena;
    ProtobufCMessage *message;
    arena_init(&arena, 4096);
    assert_int_equal(unpack(&arena, "\x08\x01", 2, &message), WIRE_MALFORMED);
    assert_null(message);
    arena_deinit(&arena);
}

/* Random bytes and random damage: whatever they are, nothing is read out of bounds and accepted
 * text is text. */
static void no_damage_does_harm(void **state)
{
    (void)state;
    static const uint8_t whole[] = "\x0a\x05hello\x12\x03\x01\x02\x03\x18\x07\x3a\x0b\x0a\x05\x12"
                                   "\x03\xe2\x82\xac\x12\x02ok\x42\x01x\x42\x01y";
    uint64_t random = 20261121;
    struct arena arena;
    arena_init(&arena, (size_t)64 * 1024);
    for (unsigned turn = 0; turn < 50000; turn++) {
        uint8_t data[sizeof whole];
        memcpy(data, whole, sizeof whole);
        for (unsigned damage = 0; damage < 3; damage++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            data[(random >> 33) % sizeof whole] = (uint8_t)(random >> 55);
        }
        ProtobufCMessage *message;
        if (unpack(&arena, data, (random >> 20) % sizeof whole, &message) == WIRE_ACCEPTED)
            assert_ptr_equal(message->descriptor, ECHO);
        arena_reset(&arena);
    }
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shape_gets_its_verdict),
        cmocka_unit_test(depth_ends_at_its_maximum),
        cmocka_unit_test(what_is_accepted_is_unpacked_into_the_arena),
        cmocka_unit_test(little_that_becomes_much_ends_at_the_arenas_maximum),
        cmocka_unit_test(a_known_field_of_the_wrong_type_is_malformed),
        cmocka_unit_test(no_damage_does_harm),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
