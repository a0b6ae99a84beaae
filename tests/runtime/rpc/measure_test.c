/* Calls are measured under these names, from before the first one on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/base/metrics.h"
#include "runtime/rpc/measure.h"

#include "event/v1/event.pb-c.h"

static struct arena arena;

static void assert_shown(const char *line, bool is_shown)
{
    const char *text = metrics_text(&arena);
    assert_non_null(text);
    if ((strstr(text, line) != NULL) != is_shown)
        fail_msg("\"%s\" is %s:\n%s", line, is_shown ? "not in" : "in", text);
}

#define SERVED "rpc_server_call_duration_seconds"
#define TRANSFER \
    "{rpc_method=\"ledger.v1.TransferService/CreateTransfer\",rpc_response_status_code="

static void a_served_rpc_is_at_zero_with_what_is_our_fault(void **state)
{
    (void)state;
    struct call_measure *measure =
        call_measure_of_served("/ledger.v1.TransferService/CreateTransfer", "unary");
    assert_ptr_equal(call_measure_of_served("/ledger.v1.TransferService/CreateTransfer", "unary"),
                     measure);
    assert_shown(SERVED "_count" TRANSFER "\"OK\"} 0\n", true);
    assert_shown(SERVED "_count" TRANSFER "\"INTERNAL\"} 0\n", true);
    assert_shown(SERVED "_count" TRANSFER "\"UNAVAILABLE\"} 0\n", true);
    assert_shown(SERVED "_count" TRANSFER "\"DEADLINE_EXCEEDED\"} 0\n", true);
    assert_shown(TRANSFER "\"NOT_FOUND\"", false);
    assert_shown(SERVED "_bucket" TRANSFER "\"OK\"", false);
    call_measure_served(measure, CODE_OK, 1500);
    call_measure_served(measure, CODE_NOT_FOUND, 700);
    assert_shown(SERVED "_bucket" TRANSFER "\"OK\",le=\"0.001\"} 0\n", true);
    assert_shown(SERVED "_bucket" TRANSFER "\"OK\",le=\"0.0025\"} 1\n", true);
    assert_shown(SERVED "_sum" TRANSFER "\"OK\"} 0.0015\n", true);
    assert_shown(SERVED "_count" TRANSFER "\"NOT_FOUND\"} 1\n", true);
    assert_shown("grpc_server_", false);
}

static void what_no_method_takes_has_one_name(void **state)
{
    (void)state;
    call_measure_served(call_measure_of_served(NULL, "unary"), CODE_UNIMPLEMENTED, 10);
    assert_shown(SERVED "_count{rpc_method=\"_OTHER\",rpc_response_status_code=\"OK\"} 0\n", true);
    assert_shown(SERVED "_count{rpc_method=\"_OTHER\",rpc_response_status_code=\"UNIMPLEMENTED\"} "
                        "1\n",
                 true);
}

static void an_address_is_the_host_of_a_target(void **state)
{
    (void)state;
    assert_string_equal(call_measure_address("ledger:7403"), "ledger");
    assert_string_equal(call_measure_address("dns:///ledger.bank:7403"), "ledger.bank");
    assert_string_equal(call_measure_address("dns:ledger:7403"), "ledger");
    assert_string_equal(call_measure_address("ipv4:10.0.0.1:7403"), "10.0.0.1");
    assert_string_equal(call_measure_address("ipv4:10.0.0.1:7403,10.0.0.2:7403"),
                        "10.0.0.1:7403,10.0.0.2:7403");
    assert_string_equal(call_measure_address("[::1]:7403"), "[::1]");
    assert_ptr_equal(call_measure_address("ledger:7403"), call_measure_address("ledger:7404"));
}

static void an_attempt_tells_its_peer_and_no_code_that_there_is_not(void **state)
{
    (void)state;
    const char *address = call_measure_address("ledger:7403");
    struct call_measure *measure =
        call_measure_of_asked(&event__v1__event_service__descriptor, 0, address);
    assert_ptr_equal(call_measure_of_asked(&event__v1__event_service__descriptor, 0, address),
                     measure);
    assert_ptr_not_equal(call_measure_of_asked(&event__v1__event_service__descriptor, 0,
                                               call_measure_address("sharing:7404")),
                         measure);
    call_measure_asked(measure, CODE_UNAVAILABLE, 10);
    call_measure_asked(measure, (enum code)17, 10);
    call_measure_asked(measure, (enum code) - 1, 10);
#define ASKED                                                                    \
    "rpc_client_call_duration_seconds_count{rpc_method=\"event.v1.EventService/" \
    "ListEvents\",rpc_response_status_code="
    assert_shown(ASKED "\"UNAVAILABLE\",server_address=\"ledger\"} 1\n", true);
    assert_shown(ASKED "\"UNKNOWN\",server_address=\"ledger\"} 2\n", true);
    assert_shown(ASKED "\"OK\",server_address=\"sharing\"} 0\n", true);
}

/* Last, for it is not taken back. */
static void the_names_of_before_come_beside(void **state)
{
    (void)state;
    call_measure_use_grpc_names();
    struct call_measure *measure =
        call_measure_of_served("/ledger.v1.TransferService/StreamOrders", "bidi_stream");
#define STREAM                                                                    \
    "{grpc_type=\"bidi_stream\",grpc_service=\"ledger.v1.TransferService\",grpc_" \
    "method=\"StreamOrders\""
    assert_shown("grpc_server_handled_total" STREAM ",grpc_code=\"OK\"} 0\n", true);
    assert_shown("grpc_server_handling_seconds_count" STREAM "} 0\n", true);
    call_measure_served(measure, CODE_OK, 400);
    call_measure_served(measure, CODE_CANCELLED, 600);
    assert_shown("grpc_server_handled_total" STREAM ",grpc_code=\"OK\"} 1\n", true);
    assert_shown("grpc_server_handled_total" STREAM ",grpc_code=\"CANCELLED\"} 1\n", true);
    assert_shown("grpc_server_handling_seconds_bucket" STREAM ",le=\"0.0005\"} 1\n", true);
    assert_shown("grpc_server_handling_seconds_count" STREAM "} 2\n", true);
    assert_shown(SERVED "_count{rpc_method=\"ledger.v1.TransferService/StreamOrders\","
                        "rpc_response_status_code=\"CANCELLED\"} 1\n",
                 true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_served_rpc_is_at_zero_with_what_is_our_fault),
        cmocka_unit_test(what_no_method_takes_has_one_name),
        cmocka_unit_test(an_address_is_the_host_of_a_target),
        cmocka_unit_test(an_attempt_tells_its_peer_and_no_code_that_there_is_not),
        cmocka_unit_test(the_names_of_before_come_beside),
    };
    arena_init(&arena, (size_t)16 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
