/* The kind of order that new_order_test.py adds: read off the wire, settled, and answered. */
#include "tests/ledger/domain/company.h"

#include "ledger/batch/answer.h"
#include "ledger/service/reading.h"
#include "runtime/idempotency/call_actor.h"

static struct company company;

/* Nobody calls: the header that reading.c asks for is not there, nor is an actor. */
const char *call_header(const struct call *call, const char *name)
{
    (void)call, (void)name;
    return NULL;
}

const struct actor *call_actor(struct call *call)
{
    (void)call;
    return NULL;
}

/* Settles a write-off; the answer is lent by the arena. */
static struct bytes write_off(struct arena *arena, char *amount_text, int64_t micros)
{
    char company_id[ID_TEXT_SIZE], account_id[ID_TEXT_SIZE], currency[] = "CNY", remark[] = "why";
    Ledger__V1__WriteOffBillsRequest request;
    ledger__v1__write_off_bills_request__init(&request);
    request.request_id = amount_text;
    request.amount_micros = micros;
    request.currency = currency;
    request.remark = remark;
    Ledger__V1__Order order;
    ledger__v1__order__init(&order);
    order.kind_case = LEDGER__V1__ORDER__KIND_WRITE_OFF_BILLS;
    order.write_off_bills = &request;
    static struct batch_item item;
    struct reading_scope scope = {id_format(company_id_of(200), company_id),
                                  id_format(company_id_of(A + 1), account_id),
                                  reading_caller_of(NULL)};
    struct reading_problems problems = order_read(&order, &scope, &item);
    assert_int_equal(problems.count, 0);
    item.order.company_id = item.order.scope_id; /* placed, as by placing_orders */
    const struct order_outcome *outcome = company_settle(&company, item.order);
    return answer_pack(arena, &item.order, outcome);
}

int main(void)
{
    char id[] = "019a0000-0000-7000-8000-000000000001";
    struct arena arena;
    arena_init(&arena, 1 << 20);
    company_open(&company);
    assert_string_equal(company_try(&company, company_order(ORDER_RECORD_USAGE, A, YUAN(30))), "");
    assert_int_equal(account_outstanding(&company.accounts[A]), YUAN(30));
    struct bytes answer = write_off(&arena, id, YUAN(10));
    Ledger__V1__WriteOffBillsResponse *response =
        ledger__v1__write_off_bills_response__unpack(NULL, answer.size, answer.data);
    assert_non_null(response);
    assert_int_equal(response->charge->amount_micros, YUAN(10));
    assert_int_equal(response->balances[0]->outstanding_micros, YUAN(20));
    ledger__v1__write_off_bills_response__free_unpacked(response, NULL);
    (void)write_off(&arena, id, YUAN(20) + 10000);
    assert_int_equal(account_outstanding(&company.accounts[A]), YUAN(20));
    (void)write_off(&arena, id, YUAN(20));
    assert_int_equal(account_outstanding(&company.accounts[A]), 0);
    assert_int_equal(company.facts.bill_count, 1);
    arena_deinit(&arena);
    return 0;
}
