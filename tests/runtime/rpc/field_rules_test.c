/* The rules of every request can be read, those of each service of the protos. With --serve it
 * prints its port and judges any request by its field rules alone, until its input ends: the server
 * of tests/foreign/field_rules_test.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "event/v1/event.pb-c.h"
#include "gateway/v1/approval.pb-c.h"
#include "gateway/v1/blocker.pb-c.h"
#include "gateway/v1/ceiling.pb-c.h"
#include "gateway/v1/closing.pb-c.h"
#include "gateway/v1/overview.pb-c.h"
#include "gateway/v1/act.pb-c.h"
#include "gateway/v1/permission.pb-c.h"
#include "gateway/v1/readiness.pb-c.h"
#include "gateway/v1/saga.pb-c.h"
#include "identity/v1/account.pb-c.h"
#include "identity/v1/company.pb-c.h"
#include "identity/v1/notification.pb-c.h"
#include "identity/v1/desk.pb-c.h"
#include "identity/v1/evidence.pb-c.h"
#include "identity/v1/factor.pb-c.h"
#include "identity/v1/invitation.pb-c.h"
#include "identity/v1/key.pb-c.h"
#include "identity/v1/mfa_policy.pb-c.h"
#include "identity/v1/contact_change.pb-c.h"
#include "identity/v1/hand_over.pb-c.h"
#include "identity/v1/password.pb-c.h"
#include "identity/v1/channel_policy.pb-c.h"
#include "identity/v1/custom_role.pb-c.h"
#include "identity/v1/promotion.pb-c.h"
#include "identity/v1/program.pb-c.h"
#include "identity/v1/security_event.pb-c.h"
#include "identity/v1/notice.pb-c.h"
#include "identity/v1/operator.pb-c.h"
#include "identity/v1/real_name.pb-c.h"
#include "identity/v1/closing.pb-c.h"
#include "identity/v1/customer_invitation.pb-c.h"
#include "identity/v1/relation.pb-c.h"
#include "identity/v1/role.pb-c.h"
#include "identity/v1/session.pb-c.h"
#include "identity/v1/session_policy.pb-c.h"
#include "identity/v1/sign_up.pb-c.h"
#include "identity/v1/upstream.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/allocation.pb-c.h"
#include "ledger/v1/audit.pb-c.h"
#include "ledger/v1/cap.pb-c.h"
#include "ledger/v1/catalogue.pb-c.h"
#include "ledger/v1/price.pb-c.h"
#include "ledger/v1/group_discount.pb-c.h"
#include "ledger/v1/repricing.pb-c.h"
#include "ledger/v1/closing.pb-c.h"
#include "ledger/v1/cost.pb-c.h"
#include "ledger/v1/credit.pb-c.h"
#include "ledger/v1/freeze.pb-c.h"
#include "ledger/v1/relation.pb-c.h"
#include "ledger/v1/billing_time_zone.pb-c.h"
#include "ledger/v1/resource.pb-c.h"
#include "ledger/v1/budget.pb-c.h"
#include "ledger/v1/event.pb-c.h"
#include "ledger/v1/gathering.pb-c.h"
#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/order.pb-c.h"
#include "ledger/v1/act.pb-c.h"
#include "ledger/v1/override.pb-c.h"
#include "ledger/v1/posting.pb-c.h"
#include "ledger/v1/proof.pb-c.h"
#include "ledger/v1/purchase.pb-c.h"
#include "ledger/v1/quota.pb-c.h"
#include "ledger/v1/runway.pb-c.h"
#include "ledger/v1/suspension.pb-c.h"
#include "ledger/v1/top_up.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "ledger/v1/transit.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "ledger/v1/usage_record.pb-c.h"
#include "payments/v1/account.pb-c.h"
#include "payments/v1/closing.pb-c.h"
#include "payments/v1/freeze.pb-c.h"
#include "payments/v1/payment_method.pb-c.h"
#include "payments/v1/top_up.pb-c.h"
#include "payments/v1/top_up_desk.pb-c.h"
#include "runtime/base/log.h"
#include "runtime/rpc/field_rules.h"
#include "runtime/rpc/server.h"
#include "sharing/v1/account.pb-c.h"
#include "sharing/v1/asset.pb-c.h"
#include "sharing/v1/benefit.pb-c.h"
#include "sharing/v1/coupon.pb-c.h"
#include "sharing/v1/coverage.pb-c.h"
#include "sharing/v1/report.pb-c.h"
#include "sharing/v1/share.pb-c.h"
#include "tests/support/test_loop.h"

#define RULES_BYTES ((size_t)4 * 1024 * 1024)
#define METHODS_MAX 16

/* A service that is missing here makes tests/foreign/field_rules_test.py fail. */
static const ProtobufCServiceDescriptor *const services[] = {
    &event__v1__event_service__descriptor,
    &gateway__v1__approval_service__descriptor,
    &gateway__v1__blocker_service__descriptor,
    &gateway__v1__ceiling_service__descriptor,
    &gateway__v1__closing_service__descriptor,
    &gateway__v1__overview_service__descriptor,
    &gateway__v1__permission_service__descriptor,
    &gateway__v1__act_service__descriptor,
    &gateway__v1__readiness_service__descriptor,
    &gateway__v1__saga_service__descriptor,
    &identity__v1__account_service__descriptor,
    &identity__v1__company_service__descriptor,
    &identity__v1__notification_service__descriptor,
    &identity__v1__operator_service__descriptor,
    &identity__v1__role_service__descriptor,
    &identity__v1__factor_service__descriptor,
    &identity__v1__invitation_service__descriptor,
    &identity__v1__custom_role_service__descriptor,
    &identity__v1__promotion_service__descriptor,
    &identity__v1__channel_policy_service__descriptor,
    &identity__v1__program_service__descriptor,
    &identity__v1__key_service__descriptor,
    &identity__v1__desk_service__descriptor,
    &identity__v1__real_name_service__descriptor,
    &identity__v1__partner_service__descriptor,
    &identity__v1__relation_service__descriptor,
    &identity__v1__customer_invitation_service__descriptor,
    &identity__v1__closing_service__descriptor,
    &identity__v1__upstream_service__descriptor,
    &identity__v1__evidence_service__descriptor,
    &identity__v1__freeze_service__descriptor,
    &identity__v1__mfa_policy_service__descriptor,
    &identity__v1__session_policy_service__descriptor,
    &identity__v1__contact_change_service__descriptor,
    &identity__v1__hand_over_service__descriptor,
    &identity__v1__password_service__descriptor,
    &identity__v1__security_event_service__descriptor,
    &identity__v1__notice_service__descriptor,
    &identity__v1__session_service__descriptor,
    &identity__v1__sign_up_service__descriptor,
    &ledger__v1__account_service__descriptor,
    &ledger__v1__allocation_service__descriptor,
    &ledger__v1__act_service__descriptor,
    &ledger__v1__audit_service__descriptor,
    &ledger__v1__catalogue_service__descriptor,
    &ledger__v1__price_service__descriptor,
    &ledger__v1__usage_record_service__descriptor,
    &ledger__v1__cost_service__descriptor,
    &ledger__v1__group_discount_service__descriptor,
    &ledger__v1__repricing_service__descriptor,
    &ledger__v1__change_service__descriptor,
    &ledger__v1__closing_service__descriptor,
    &ledger__v1__credit_service__descriptor,
    &ledger__v1__freeze_service__descriptor,
    &ledger__v1__relation_service__descriptor,
    &ledger__v1__billing_time_zone_service__descriptor,
    &ledger__v1__resource_service__descriptor,
    &ledger__v1__budget_service__descriptor,
    &ledger__v1__gathering_service__descriptor,
    &ledger__v1__hold_service__descriptor,
    &ledger__v1__order_service__descriptor,
    &ledger__v1__posting_service__descriptor,
    &ledger__v1__proof_service__descriptor,
    &ledger__v1__purchase_service__descriptor,
    &ledger__v1__override_service__descriptor,
    &ledger__v1__quota_service__descriptor,
    &ledger__v1__cap_service__descriptor,
    &ledger__v1__runway_service__descriptor,
    &ledger__v1__suspension_service__descriptor,
    &ledger__v1__top_up_service__descriptor,
    &ledger__v1__transfer_service__descriptor,
    &ledger__v1__transit_service__descriptor,
    &ledger__v1__usage_service__descriptor,
    &payments__v1__account_service__descriptor,
    &payments__v1__closing_service__descriptor,
    &payments__v1__freeze_service__descriptor,
    &payments__v1__payment_method_service__descriptor,
    &payments__v1__top_up_desk_service__descriptor,
    &payments__v1__top_up_service__descriptor,
    &sharing__v1__account_service__descriptor,
    &sharing__v1__asset_service__descriptor,
    &sharing__v1__benefit_service__descriptor,
    &sharing__v1__coupon_service__descriptor,
    &sharing__v1__coverage_service__descriptor,
    &sharing__v1__report_service__descriptor,
    &sharing__v1__share_service__descriptor,
};
#define SERVICE_COUNT (sizeof(services) / sizeof(services[0]))

struct judge {
    ProtobufCService service;
    struct message_rules rules[METHODS_MAX]; /* of each method's request */
};

static void learn(struct judge *judge, const ProtobufCServiceDescriptor *service,
                  struct arena *arena)
{
    assert_in_range(service->n_methods, 1, METHODS_MAX);
    judge->service.descriptor = service;
    for (unsigned i = 0; i < service->n_methods; i++)
        judge->rules[i] = message_rules_read(arena, service->methods[i].input);
}

static void the_rules_of_every_request_are_carried_out(void **state)
{
    (void)state;
    static struct judge judge;
    struct arena arena;
    size_t fields = 0;
    arena_init(&arena, RULES_BYTES);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        learn(&judge, services[i], &arena);
        for (unsigned method = 0; method < services[i]->n_methods; method++)
            fields += judge.rules[method].count;
    }
    assert_true(fields > 200);
    arena_deinit(&arena);
}

/* ---- serving ---- */

static void invoke(ProtobufCService *service, unsigned method_index,
                   const ProtobufCMessage *request, ProtobufCClosure closure, void *data)
{
    (void)closure;
    struct call *call = data;
    const struct judge *judge = (const struct judge *)(void *)service;
    if (request == NULL) { /* of a stream */
        if (call_receive(call, &request) != FAILURE_NONE || request == NULL) {
            call_finish(call, FAILURE_INVALID);
            return;
        }
    } else {
        assert_non_null(call_response(call));
    }
    message_rules_check(&judge->rules[method_index], request, call);
    call_finish(call, call_has_violations(call) ? call_refuse_violations(call) : 0);
}

static void input_ended(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    event_signal(poll->data);
}

static void serve(struct task *task, void *argument)
{
    (void)argument;
    static struct judge judges[SERVICE_COUNT];
    struct arena arena;
    log_set_level(LOG_ERROR); /* a refusal is what is asked for */
    arena_init(&arena, RULES_BYTES);
    struct rpc_server_settings settings = {.address = "127.0.0.1:0"};
    struct rpc_server *server = rpc_server_new(task_loop(task), &settings);
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        learn(&judges[i], services[i], &arena);
        judges[i].service.invoke = invoke;
        rpc_server_mount(server, &judges[i].service, &judges[i]);
    }
    assert_true(rpc_server_start(server));
    printf("%d\n", rpc_server_port(server));
    fflush(stdout);
    struct event ended = EVENT_INIT;
    static uv_poll_t input; /* closing ends after this function */
    input.data = &ended;
    uv_poll_init(loop_uv(task_loop(task)), &input, 0);
    uv_poll_start(&input, UV_READABLE | UV_DISCONNECT, input_ended);
    task_wait_to_the_end(task, &ended);
    uv_poll_stop(&input);
    uv_close((uv_handle_t *)&input, NULL);
    rpc_server_drain(task, server, 1000);
    arena_deinit(&arena);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--serve") == 0) {
        test_in_task(serve, NULL);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_of_every_request_are_carried_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
