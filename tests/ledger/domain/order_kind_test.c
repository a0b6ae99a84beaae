/* The row of every kind of order: which amounts it may name, from both sides of each rule (E18,
 * E35), and that whoever decides also books. */
#include "ledger/domain/order_kind.h"
#include "tests/ledger/domain/company.h"

static enum order_mistake checked(enum order_kind kind, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.remark = "why";
    order.top_up_id = company_id_of(9);
    return company_mistake(&order);
}

static void an_amount_is_what_the_kind_may_name(void **state)
{
    (void)state;
    static const struct {
        enum order_kind kind;
        enum order_mistake below_zero, zero, fine;
    } rows[] = {
        {ORDER_CREATE_TRANSFER, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_REVOKE_TRANSFER, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_CREATE_PURCHASE, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_REFUND_PURCHASE, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_RECORD_USAGE, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_SETTLE_USAGE, 0, 0, 0},
        {ORDER_PAY_BILLS, ORDER_AMOUNT_NEGATIVE, 0, 0},
        {ORDER_CREDIT_TOP_UP, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_CREATE_ADJUSTMENT, 0, ORDER_AMOUNT_ZERO, ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_PLACE_HOLD, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_CAPTURE_HOLD, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_VOID_HOLD, 0, 0, 0},
        {ORDER_EXPIRE_HOLD, 0, 0, 0},
        {ORDER_SET_CREDIT_LIMIT, ORDER_AMOUNT_NEGATIVE, 0, ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_CONFIRM_CREDIT_LIMIT, 0, 0, 0},
        {ORDER_SET_QUOTA, ORDER_AMOUNT_NEGATIVE, 0, ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_OFFSET_QUOTA, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE, 0},
        {ORDER_RELEASE_TOP_UP, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_RECEIVE_TRANSIT, 0, 0, 0},
        {ORDER_RETURN_TRANSIT, 0, 0, 0},
        {ORDER_ALLOCATE_TO_SUB_ACCOUNT, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
        {ORDER_RECLAIM_FROM_SUB_ACCOUNT, ORDER_AMOUNT_NOT_POSITIVE, ORDER_AMOUNT_NOT_POSITIVE,
         ORDER_AMOUNT_NOT_WHOLE},
    };
    assert_int_equal(sizeof rows / sizeof *rows, ORDER_KIND_COUNT - 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(checked(rows[i].kind, YUAN(-1)), rows[i].below_zero);
        assert_int_equal(checked(rows[i].kind, 0), rows[i].zero);
        assert_int_equal(checked(rows[i].kind, YUAN(1)), ORDER_WELL_FORMED);
        assert_int_equal(checked(rows[i].kind, YUAN(1.000001)), rows[i].fine);
    }
}

static void a_kind_demands_its_words(void **state)
{
    (void)state;
    struct order order = company_order(ORDER_CREATE_ADJUSTMENT, A, YUAN(1));
    assert_int_equal(company_mistake(&order), ORDER_REMARK_MISSING);
    order.remark = "why";
    assert_int_equal(company_mistake(&order), ORDER_WELL_FORMED);
    order = company_order(ORDER_RELEASE_TOP_UP, A, YUAN(1));
    assert_int_equal(company_mistake(&order), ORDER_TOP_UP_MISSING);
    order.top_up_id = company_id_of(9);
    assert_int_equal(company_mistake(&order), ORDER_WELL_FORMED);
    assert_memory_equal(order_reference(&order).bytes, order.top_up_id.bytes, 16);
    order = company_order(ORDER_CREDIT_TOP_UP, A, YUAN(1));
    assert_int_equal(company_mistake(&order), ORDER_WELL_FORMED); /* cash that came without one */
}

static struct order order_for(enum order_kind kind, struct id sub_account_id, int64_t micros)
{
    struct order order = company_order(kind, A, micros);
    order.sub_account_id = sub_account_id;
    return order;
}

static void an_order_for_another_says_whom(void **state) /* E35, settled 7 */
{
    (void)state;
    struct order order = order_for(ORDER_SET_QUOTA, company_id_of(101), 0);
    assert_int_equal(company_mistake(&order), ORDER_WELL_FORMED);
    order.amount_micros = -10000;
    assert_int_equal(company_mistake(&order), ORDER_AMOUNT_NEGATIVE);
    order.amount_micros = 5000;
    assert_int_equal(company_mistake(&order), ORDER_AMOUNT_NOT_WHOLE);
    order = order_for(ORDER_OFFSET_QUOTA, company_id_of(101), 1);
    assert_int_equal(company_mistake(&order), ORDER_WELL_FORMED);
    order.amount_micros = 0;
    assert_int_equal(company_mistake(&order), ORDER_AMOUNT_NOT_POSITIVE);
    order = order_for(ORDER_CREATE_PURCHASE, company_id_of(A + 1), 1);
    assert_int_equal(company_mistake(&order), ORDER_FOR_ITSELF);
}

static void the_body_says_for_whom(void **state) /* E32 */
{
    (void)state;
    uint8_t own[32], sub[32], other[32];
    struct order order = company_order(ORDER_CREATE_PURCHASE, A, 1);
    order_hash(&order, own);
    order.sub_account_id = company_id_of(101);
    order_hash(&order, sub);
    order.sub_account_id = company_id_of(102);
    order_hash(&order, other);
    assert_memory_not_equal(own, sub, 32);
    assert_memory_not_equal(sub, other, 32);
}

static void each_kind_is_decided_and_booked(void **state)
{
    (void)state;
    for (int kind = 1; kind < ORDER_KIND_COUNT; kind++) {
        const struct order_rule *rule = order_rule((enum order_kind)kind);
        assert_non_null(rule->book);
        assert_int_equal(rule->decide == NULL, kind == ORDER_EXPIRE_HOLD);
        assert_int_equal(rule->amount_field[0] == '\0', rule->amount == AMOUNT_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amount_is_what_the_kind_may_name),
        cmocka_unit_test(a_kind_demands_its_words),
        cmocka_unit_test(an_order_for_another_says_whom),
        cmocka_unit_test(the_body_says_for_whom),
        cmocka_unit_test(each_kind_is_decided_and_booked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
