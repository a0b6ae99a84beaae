/* PAY-10: wire transfers, their references and the lines of statements that pay them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payments/domain/wire.h"

/* PAY-10: bank, statement and line are one receipt, which counts once, for the account that ordered
 * the top-up. */
static void a_line_of_a_statement_counts_once(void **state)
{
    (void)state;
    const struct currency *yuan = currency_find("CNY");
    const struct id account = id_new(1), top_up = id_new(2), other = id_new(3);
    const struct wire_receipt receipt = {"bank",  "statement",          "line",
                                         account, INT64_C(60000000000), yuan};
    const struct wire_facts waits = {.found = true,
                                     .top_up_id = top_up,
                                     .account_id = account,
                                     .currency = yuan,
                                     .state = TOP_UP_AWAITING_FUNDS};
    struct wire_facts facts = waits;
    enum top_up_state next;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_ACCEPTED);
    assert_true(top_up_transition(facts.state, TOP_UP_PAID, &next));
    facts.state = TOP_UP_SUCCEEDED;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_NOT_AWAITED);
    facts.recorded = true;
    facts.recorded_top_up_id = top_up;
    facts.recorded_micros = receipt.amount_micros;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_REPEATED);
    facts.recorded_micros = receipt.amount_micros + 1;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_LINE_RECORDED);
    facts = waits;
    facts.recorded = true;
    facts.recorded_top_up_id = other;
    facts.recorded_micros = receipt.amount_micros;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_LINE_RECORDED);
    facts = waits;
    facts.account_id = other;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_OTHER_ACCOUNT);
    facts.found = false;
    assert_int_equal(wire_decide(&receipt, &facts), WIRE_REFERENCE_UNKNOWN);
}

static void wire_references_carry_their_check(void **state)
{
    (void)state;
    uint8_t seed[16];
    char text[WIRE_REFERENCE_SIZE];
    for (unsigned round = 0; round < 64; round++) {
        for (size_t i = 0; i < sizeof(seed); i++)
            seed[i] = (uint8_t)(round * 37 + i * 101);
        assert_true(wire_reference_is_valid(wire_reference_make(seed, text)));
        text[10] = text[10] == '9' ? '0' : (char)(text[10] + 1);
        assert_false(wire_reference_is_valid(text));
    }
    assert_false(wire_reference_is_valid("KT00"));
    assert_false(wire_reference_is_valid(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_a_statement_counts_once),
        cmocka_unit_test(wire_references_carry_their_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
