#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "google/rpc/status.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/status.h"

#define ARENA_BYTES_MAX (1024 * 1024)

static struct arena arena;

static int arena_new(void **state)
{
    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    return 0;
}

static int arena_end(void **state)
{
    (void)state;
    arena_fail_nth(0);
    arena_deinit(&arena);
    return 0;
}

static struct status packed_and_read(const struct status *status)
{
    struct bytes packed = status_pack(&arena, status);
    assert_non_null(packed.data);
    struct status read;
    assert_true(status_unpack(&arena, packed, &read));
    return read;
}

static void a_refusal_comes_back_with_its_reason_and_terms(void **state)
{
    (void)state;
    struct status read = packed_and_read(&(struct status){
        .code = CODE_FAILED_PRECONDITION,
        .sentence = "The amount is more than can be transferred.",
        .reason = "INSUFFICIENT_TRANSFERABLE",
        .domain = "ledger.kontor",
        .terms = REFUSAL_TERMS({"transferable", "40.00"}, {"binding", "AVAILABLE"}),
    });
    assert_int_equal(read.code, CODE_FAILED_PRECONDITION);
    assert_string_equal(read.sentence, "The amount is more than can be transferred.");
    assert_string_equal(read.reason, "INSUFFICIENT_TRANSFERABLE");
    assert_string_equal(read.domain, "ledger.kontor");
    assert_string_equal(status_term(&read, "transferable"), "40.00");
    assert_string_equal(status_term(&read, "binding"), "AVAILABLE");
    assert_null(status_term(&read, "cash"));
    assert_int_equal(read.field_violation_count, 0);
    assert_int_equal(read.precondition_violation_count, 0);
    assert_int_equal(read.retry_after_ms, 0);
}

static void every_violation_comes_back_in_order(void **state)
{
    (void)state;
    static const struct status_violation fields[] = {
        {"email", NULL, "is no address", NULL},
        {"mobile.number", NULL, "is no number", "MALFORMED"}};
    static const struct status_violation preconditions[] = {
        {"OVERDUE", "account/1", "A payment is overdue.", NULL},
        {"HOLD", "account/2", "Funds are held.", NULL}};
    struct status read = packed_and_read(&(struct status){
        .code = CODE_INVALID_ARGUMENT,
        .field_violations = fields,
        .field_violation_count = 2,
        .precondition_violations = preconditions,
        .precondition_violation_count = 2,
    });
    assert_int_equal(read.field_violation_count, 2);
    assert_string_equal(read.field_violations[0].name, "email");
    assert_string_equal(read.field_violations[1].name, "mobile.number");
    assert_string_equal(read.field_violations[1].sentence, "is no number");
    assert_string_equal(read.field_violations[0].reason, "");
    assert_string_equal(read.field_violations[1].reason, "MALFORMED");
    assert_int_equal(read.precondition_violation_count, 2);
    assert_string_equal(read.precondition_violations[0].name, "OVERDUE");
    assert_string_equal(read.precondition_violations[1].subject, "account/2");
    assert_string_equal(read.precondition_violations[1].sentence, "Funds are held.");
}

static void a_retry_delay_keeps_its_milliseconds(void **state)
{
    (void)state;
    static const int64_t delays_ms[] = {1, 999, 1000, 61234};
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        struct status read = packed_and_read(
            &(struct status){.code = CODE_UNAVAILABLE, .retry_after_ms = delays_ms[i]});
        assert_int_equal(read.retry_after_ms, delays_ms[i]);
    }
}

static void a_bare_status_reads_without_null_texts(void **state)
{
    (void)state;
    struct status read = packed_and_read(&(struct status){.code = CODE_NOT_FOUND});
    assert_int_equal(read.code, CODE_NOT_FOUND);
    assert_string_equal(read.sentence, "");
    assert_string_equal(read.reason, "");
    assert_string_equal(read.domain, "");
    assert_null(status_term(&read, "anything"));
}

static void long_lists_are_cut_to_what_a_trailer_may_hold(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    struct status_violation *fields = arena_alloc_array(&arena, COUNT, sizeof *fields);
    assert_non_null(fields);
    for (size_t i = 0; i < COUNT; i++) {
        fields[i] =
            (struct status_violation){.name = arena_printf(&arena, "lines[%zu].amount_micros", i),
                                      .sentence = "must be positive"};
    }
    struct bytes packed = status_pack(&arena, &(struct status){.code = CODE_INVALID_ARGUMENT,
                                                               .field_violations = fields,
                                                               .field_violation_count = COUNT});
    assert_non_null(packed.data);
    assert_true(packed.size <= STATUS_BYTES_MAX);
    struct status read;
    assert_true(status_unpack(&arena, packed, &read));
    assert_true(read.field_violation_count > 20 && read.field_violation_count < COUNT);
    assert_string_equal(read.field_violations[0].name, "lines[0].amount_micros");
}

static void unknown_details_are_skipped(void **state)
{
    (void)state;
    uint8_t value[] = {1, 2, 3};
    char type_url[] = "type.googleapis.com/google.rpc.LocalizedMessage";
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    any.type_url = type_url;
    any.value = (ProtobufCBinaryData){.len = sizeof value, .data = value};
    Google__Protobuf__Any *details[] = {&any};
    Google__Rpc__Status foreign = GOOGLE__RPC__STATUS__INIT;
    foreign.code = CODE_ABORTED;
    foreign.n_details = 1;
    foreign.details = details;
    struct status read;
    assert_true(status_unpack(&arena, message_pack(&arena, &foreign.base), &read));
    assert_int_equal(read.code, CODE_ABORTED);
    assert_string_equal(read.reason, "");
}

static void what_is_no_status_is_not_read(void **state)
{
    (void)state;
    struct status read;
    assert_false(
        status_unpack(&arena, (struct bytes){(const uint8_t *)"\xff\xff\xff\xff", 4}, &read));
    char type_url[] = "type.googleapis.com/google.rpc.ErrorInfo";
    uint8_t broken[] = {0x0a, 0x7f};
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    any.type_url = type_url;
    any.value = (ProtobufCBinaryData){.len = sizeof broken, .data = broken};
    Google__Protobuf__Any *details[] = {&any};
    Google__Rpc__Status foreign = GOOGLE__RPC__STATUS__INIT;
    foreign.n_details = 1;
    foreign.details = details;
    assert_false(status_unpack(&arena, message_pack(&arena, &foreign.base), &read));
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    static const struct status_violation violations[] = {
        {"email", "", "is no address", "MALFORMED"}};
    const struct status full = {
        .code = CODE_FAILED_PRECONDITION,
        .sentence = "No.",
        .reason = "OVERDUE",
        .domain = "ledger.kontor",
        .terms = REFUSAL_TERMS({"binding", "AVAILABLE"}),
        .field_violations = violations,
        .field_violation_count = 1,
        .precondition_violations = violations,
        .precondition_violation_count = 1,
        .retry_after_ms = 5,
    };
    struct bytes whole = status_pack(&arena, &full);
    assert_non_null(whole.data);
    bool packed = false;
    bool unpacked = false;
    struct arena_mark mark = arena_mark(&arena);
    for (unsigned long nth = 1; !packed || !unpacked; nth++) {
        arena_rewind(&arena, mark);
        assert_true(nth < 200);
        arena_fail_nth(nth);
        packed = status_pack(&arena, &full).data != NULL;
        arena_rewind(&arena, mark);
        struct status read;
        arena_fail_nth(nth);
        unpacked = status_unpack(&arena, whole, &read);
        arena_fail_nth(0);
    }
}

static void codes_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(status_code_name(CODE_OK), "OK");
    assert_string_equal(status_code_name(CODE_UNAUTHENTICATED), "UNAUTHENTICATED");
    assert_string_equal(status_code_name((enum code)17), "UNKNOWN");
    assert_string_equal(status_code_name((enum code) - 1), "UNKNOWN");
}

int main(void)
{
#define STATUS_TEST(test) cmocka_unit_test_setup_teardown(test, arena_new, arena_end)
    const struct CMUnitTest tests[] = {
        STATUS_TEST(a_refusal_comes_back_with_its_reason_and_terms),
        STATUS_TEST(every_violation_comes_back_in_order),
        STATUS_TEST(a_retry_delay_keeps_its_milliseconds),
        STATUS_TEST(a_bare_status_reads_without_null_texts),
        STATUS_TEST(long_lists_are_cut_to_what_a_trailer_may_hold),
        STATUS_TEST(unknown_details_are_skipped),
        STATUS_TEST(what_is_no_status_is_not_read),
        STATUS_TEST(every_failing_allocation_is_told),
        STATUS_TEST(codes_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
