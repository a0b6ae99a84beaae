/* The client library before a gateway of another process, which answers every order with its own
 * remark and counts its calls. A remark says how a call ends: "deny" (the call
 * is refused for that order's sake), "away" (UNAVAILABLE), "lose" (INDEFINITE), "often"
 * (RATE_LIMITED), "slow". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/library/kontor.h"
#include "runtime/rpc/server.h"
#include "tests/support/test_loop.h"

#define ORDERS 400
#define CALL_MS 20 /* of every call, so that orders come while it is under way */

/* ---- the gateway ---- */

static struct {
    _Atomic int port;
    _Atomic int calls;
    _Atomic int orders;
    _Atomic int largest;   /* orders of one call */
    _Atomic int strangers; /* calls without the session */
} * seen;                  /* shared with the gateway's process */

static pid_t gateway;

static bool has(const Ledger__V1__SubmitOrdersRequest *request, const char *remark)
{
    for (size_t i = 0; i < request->n_orders; i++)
        if (strcmp(request->orders[i]->create_transfer->remark, remark) == 0)
            return true;
    return false;
}

static void count(struct call *call, const Ledger__V1__SubmitOrdersRequest *request)
{
    const char *session = call_header(call, "authorization");
    seen->calls++;
    seen->orders += (int)request->n_orders;
    seen->strangers += session == NULL || strcmp(session, "Bearer tell-nobody") != 0;
    if ((int)request->n_orders > seen->largest)
        seen->largest = (int)request->n_orders;
}

static int order_service_submit_orders_call(struct call *call,
                                            const Ledger__V1__SubmitOrdersRequest *request,
                                            Ledger__V1__SubmitOrdersResponse *response)
{
    static const struct refusal too_often = {"RATE_LIMITED", NOT_YET, CODE_RESOURCE_EXHAUSTED,
                                             "Too many calls."};
    static const struct refusal denied = {"PERMISSION_DENIED", NEVER, CODE_PERMISSION_DENIED,
                                          "Not you."};
    struct arena *arena = call_arena(call);
    count(call, request);
    int no = task_sleep_ms(call_task(call), has(request, "slow") ? 5000 : CALL_MS);
    if (no != 0 || has(request, "away") || (has(request, "away 7 times") && seen->calls <= 7))
        return no != 0 ? no : FAILURE_UNAVAILABLE;
    if (has(request, "often") || (has(request, "often once") && seen->calls == 1))
        return call_refuse_retry(call, &too_often, NO_TERMS, 50);
    if (has(request, "lose") || (has(request, "lose, deny") && seen->calls == 1))
        return FAILURE_INDEFINITE;
    if (has(request, "deny") || has(request, "lose, deny"))
        return call_refuse(call, &denied, NO_TERMS);
    response->n_results = request->n_orders;
    response->results = arena_alloc_array(arena, request->n_orders, sizeof(*response->results));
    for (size_t i = 0; i < request->n_orders; i++) {
        Ledger__V1__OrderResult *result = arena_alloc(arena, sizeof *result);
        ledger__v1__order_result__init(result);
        result->outcome_case = LEDGER__V1__ORDER_RESULT__OUTCOME_CREATE_TRANSFER;
        result->create_transfer = arena_alloc(arena, sizeof *result->create_transfer);
        ledger__v1__create_transfer_response__init(result->create_transfer);
        result->create_transfer->transfer = arena_alloc(arena, sizeof(Ledger__V1__Transfer));
        ledger__v1__transfer__init(result->create_transfer->transfer);
        result->create_transfer->transfer->remark =
            arena_strdup(arena, request->orders[i]->create_transfer->remark);
        response->results[i] = result;
    }
    return 0;
}
RPC_UNARY(order_service_submit_orders, Ledger__V1__OrderService, Ledger__V1__SubmitOrdersRequest,
          Ledger__V1__SubmitOrdersResponse)

static int order_service_preview_order_call(struct call *call,
                                            const Ledger__V1__PreviewOrderRequest *request,
                                            Ledger__V1__PreviewOrderResponse *response)
{
    (void)call, (void)request, (void)response;
    return FAILURE_INTERNAL; /* nobody asks */
}
RPC_UNARY(order_service_preview_order, Ledger__V1__OrderService, Ledger__V1__PreviewOrderRequest,
          Ledger__V1__PreviewOrderResponse)

static int order_service_stream_orders_call(struct call *call)
{
    (void)call;
    return FAILURE_INTERNAL;
}
RPC_STREAM(order_service_stream_orders, Ledger__V1__OrderService, Ledger__V1__StreamOrdersRequest,
           Ledger__V1__StreamOrdersResponse)

static void serve(struct task *task, void *argument)
{
    static Ledger__V1__OrderService_Service service =
        LEDGER__V1__ORDER_SERVICE__INIT(order_service_);
    (void)argument;
    struct rpc_server *server =
        rpc_server_new(task_loop(task), &(struct rpc_server_settings){.address = "127.0.0.1:0"});
    rpc_server_mount(server, &service.base, NULL);
    if (!rpc_server_start(server))
        _exit(1);
    rpc_server_set_serving(server, true);
    seen->port = rpc_server_port(server);
    for (;;)
        if (task_sleep_ms(task, 60000) != FAILURE_NONE)
            _exit(0);
}

static void *end_with_parent(void *unused)
{
    while (getppid() != 1)
        usleep(100000);
    _exit(0);
    return unused;
}

static int start_gateway(void **state)
{
    (void)state;
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    gateway = fork();
    if (gateway == 0) {
        pthread_t watch;
        (void)pthread_create(&watch, NULL, end_with_parent, NULL);
        test_in_task(serve, NULL);
        _exit(0);
    }
    while (seen->port == 0)
        usleep(1000);
    return 0;
}

static int stop_gateway(void **state)
{
    (void)state;
    kill(gateway, SIGKILL);
    waitpid(gateway, NULL, 0);
    return 0;
}

/* ---- orders ---- */

struct sent {
    char remark[16];
    char answered_remark[16];
    enum kontor_outcome outcome;
    char reason[32];
    _Atomic int answers;
};

static struct sent sent[ORDERS];

static void note(void *context, const struct kontor_answer *answer)
{
    struct sent *order = context;
    order->outcome = answer->outcome;
    snprintf(order->reason, sizeof order->reason, "%s", answer->reason);
    bool done = answer->result != NULL &&
                answer->result->outcome_case == LEDGER__V1__ORDER_RESULT__OUTCOME_CREATE_TRANSFER;
    snprintf(order->answered_remark, sizeof order->answered_remark, "%s",
             done ? answer->result->create_transfer->transfer->remark : "");
    order->answers++;
}

static struct kontor *open_library(int64_t timeout_ms, size_t orders_max)
{
    static char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", seen->port);
    memset(sent, 0, sizeof sent);
    seen->calls = seen->orders = seen->largest = seen->strangers = 0;
    return kontor_open(&(struct kontor_settings){.gateway = address,
                                                 .session_token = "tell-nobody",
                                                 .timeout_ms = timeout_ms,
                                                 .orders_max = orders_max});
}

static bool submit(struct kontor *kontor, size_t i, const char *remark)
{
    Ledger__V1__CreateTransferRequest transfer = LEDGER__V1__CREATE_TRANSFER_REQUEST__INIT;
    Ledger__V1__Order order = LEDGER__V1__ORDER__INIT;
    snprintf(sent[i].remark, sizeof sent[i].remark, "%s", remark);
    transfer.remark = sent[i].remark;
    order.kind_case = LEDGER__V1__ORDER__KIND_CREATE_TRANSFER;
    order.create_transfer = &transfer;
    return kontor_submit(kontor, &order, note, &sent[i]);
}

static bool submit_numbered(struct kontor *kontor, size_t i)
{
    char remark[16];
    snprintf(remark, sizeof remark, "order %zu", i);
    return submit(kontor, i, remark);
}

static void assert_done(const struct sent *order)
{
    assert_int_equal(order->answers, 1);
    assert_int_equal(order->outcome, KONTOR_ANSWERED);
    assert_string_equal(order->answered_remark, order->remark);
}

static void test_each_order_hears_its_own_answer_and_they_are_gathered(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(0, ORDERS);
    for (size_t i = 0; i < ORDERS; i++)
        assert_true(submit_numbered(kontor, i));
    kontor_close(kontor);
    for (size_t i = 0; i < ORDERS; i++)
        assert_done(&sent[i]);
    assert_int_equal(seen->orders, ORDERS);
    assert_in_range(seen->calls, 2, ORDERS / 4); /* few calls, and never a second time */
    assert_in_range(seen->largest, 2, 1000);
    assert_int_equal(seen->strangers, 0);
}

static void test_one_after_the_other_goes_alone(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(0, 0);
    for (size_t i = 0; i < 5; i++) {
        assert_true(submit_numbered(kontor, i));
        while (sent[i].answers == 0)
            usleep(1000);
        assert_done(&sent[i]);
    }
    kontor_close(kontor);
    assert_int_equal(seen->calls, 5);
    assert_int_equal(seen->largest, 1);
}

static void test_a_no_for_one_order_harms_no_other(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(0, ORDERS);
    for (size_t i = 0; i < 64; i++)
        assert_true(i == 40 ? submit(kontor, i, "deny") : submit_numbered(kontor, i));
    kontor_close(kontor);
    for (size_t i = 0; i < 64; i++) {
        if (i != 40)
            assert_done(&sent[i]);
    }
    assert_int_equal(sent[40].outcome, KONTOR_ANSWERED); /* refused */
    assert_string_equal(sent[40].reason, "PERMISSION_DENIED");
    assert_string_equal(sent[40].answered_remark, "");
}

static void test_what_was_not_done_and_what_is_not_known(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(1000, 0);
    assert_true(submit(kontor, 0, "away"));
    kontor_close(kontor);
    assert_int_equal(sent[0].outcome, KONTOR_NOT_DONE);
    kontor = open_library(30000, 0);
    assert_true(submit(kontor, 4, "away 7 times"));
    kontor_close(kontor);
    assert_int_equal(sent[4].outcome, KONTOR_ANSWERED);
    kontor = open_library(1000, 0);
    assert_true(submit(kontor, 1, "lose"));
    kontor_close(kontor);
    assert_int_equal(sent[1].outcome, KONTOR_NOT_KNOWN);
    assert_true(seen->calls > 1); /* it asked again */
    kontor =
        open_library(1000, 0); /* the refusal of the second attempt says nothing of the first */
    assert_true(submit(kontor, 3, "lose, deny"));
    kontor_close(kontor);
    assert_int_equal(seen->calls, 2);
    assert_int_equal(sent[3].outcome, KONTOR_NOT_KNOWN);
    kontor = open_library(300, 0);
    assert_true(submit(kontor, 2, "slow"));
    kontor_close(kontor);
    assert_int_equal(sent[2].outcome, KONTOR_NOT_KNOWN);
}

/* The call that nobody waits for any more is still under way when the last order was answered. */
static void test_closing_while_a_call_is_broken_off(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        struct kontor *kontor = open_library(400, 0);
        for (size_t i = 0; i < 40; i++)
            assert_true(i < 4 ? submit_numbered(kontor, i) : submit(kontor, i, "slow"));
        kontor_close(kontor);
        for (size_t i = 0; i < 40; i++)
            assert_int_equal(sent[i].answers, 1);
    }
}

/* Orders that the gateway's rate holds up go again when they may, and are not done until then. */
static void test_a_rate_slows_it_down(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(0, 0);
    assert_true(submit(kontor, 0, "often once"));
    kontor_close(kontor);
    assert_done(&sent[0]);
    assert_int_equal(seen->calls, 2);
    kontor = open_library(300, 0);
    assert_true(submit(kontor, 0, "often"));
    kontor_close(kontor);
    assert_int_not_equal(sent[0].outcome, KONTOR_ANSWERED);
}

static void test_the_most_under_way(void **state)
{
    (void)state;
    struct kontor *kontor = open_library(0, 3);
    size_t taken = 0;
    while (taken < ORDERS && submit_numbered(kontor, taken))
        taken++;
    assert_in_range(taken, 3, 6); /* calls may have ended meanwhile */
    assert_null(kontor_open(&(struct kontor_settings){.gateway = "127.0.0.1:1",
                                                      .session_token = ""})); /* one is open */
    kontor_close(kontor);
    for (size_t i = 0; i < taken; i++)
        assert_done(&sent[i]);
    assert_int_equal(sent[taken].answers, 0); /* the one that was not taken */
}

static void *submit_a_share(void *argument)
{
    static _Atomic size_t next;
    struct kontor *kontor = argument;
    for (size_t i = next++; i < ORDERS; i = next++)
        assert_true(submit_numbered(kontor, i));
    return NULL;
}

static void test_many_threads_submit(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct kontor *kontor = open_library(0, ORDERS);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_a_share, kontor), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    kontor_close(kontor);
    for (size_t i = 0; i < ORDERS; i++)
        assert_done(&sent[i]);
}

static void test_what_it_does_not_take(void **state)
{
    (void)state;
    static char large[5000];
    struct kontor *kontor = open_library(0, 0);
    Ledger__V1__CreateTransferRequest transfer = LEDGER__V1__CREATE_TRANSFER_REQUEST__INIT;
    Ledger__V1__Order order = LEDGER__V1__ORDER__INIT;
    order.kind_case = LEDGER__V1__ORDER__KIND_CREATE_TRANSFER;
    order.create_transfer = &transfer;
    order.linked = true;
    assert_false(kontor_submit(kontor, &order, note, &sent[0]));
    order.linked = false;
    memset(large, 'x', sizeof large - 1);
    transfer.remark = large;
    assert_false(kontor_submit(kontor, &order, note, &sent[0]));
    kontor_close(kontor);
    assert_int_equal(sent[0].answers, 0);
    assert_null(kontor_open(&(struct kontor_settings){
        .gateway = "127.0.0.1:1", .session_token = "", .authority_file = "/nowhere"}));
    kontor_close(open_library(0, 0)); /* the failed one left nothing open */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_order_hears_its_own_answer_and_they_are_gathered),
        cmocka_unit_test(test_one_after_the_other_goes_alone),
        cmocka_unit_test(test_a_no_for_one_order_harms_no_other),
        cmocka_unit_test(test_what_was_not_done_and_what_is_not_known),
        cmocka_unit_test(test_closing_while_a_call_is_broken_off),
        cmocka_unit_test(test_a_rate_slows_it_down),
        cmocka_unit_test(test_the_most_under_way),
        cmocka_unit_test(test_many_threads_submit),
        cmocka_unit_test(test_what_it_does_not_take),
    };
    return cmocka_run_group_tests(tests, start_gateway, stop_gateway);
}
