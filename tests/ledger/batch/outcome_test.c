/* The part of an answer that its entry does not say comes back from its bytes, which are few; other
 * bytes are no outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/batch/outcome.h"

#define UNIT INT64_C(1000000)
#define RECORDED_US INT64_C(1764000000000000)

/* An entry with its outcome, and the place in which an outcome is unpacked beside the same entry.
 */
struct case_of {
    struct arena arena;
    struct order order;
    struct chain chain;
    struct entry entry;
    struct quota quota;
    struct order_outcome outcome, again;
};

static void refer(struct case_of *made, struct order_outcome *outcome)
{
    outcome->entry = &made->entry;
    made->entry.account = &outcome->accounts[0];
    made->entry.counterparty = outcome->account_count > 1 ? &outcome->accounts[1] : NULL;
    for (size_t i = 0; i < made->entry.posting_count; i++)
        made->entry.postings[i].account =
            made->entry.counterparty != NULL ? &outcome->accounts[i] : &outcome->accounts[0];
}

static void transfer_of(struct case_of *made)
{
    *made = (struct case_of){.entry = {.sequence = 700, .recorded_us = RECORDED_US}};
    arena_init(&made->arena, 1024 * 1024);
    struct account *accounts = made->outcome.accounts;
    for (size_t i = 0; i < 2; i++)
        accounts[i] = (struct account){.id = {{(uint8_t)(i + 1)}},
                                       .contract_state = CONTRACT_NONE,
                                       .version = 1000 + (int64_t)i};
    accounts[0].books[BOOK_OWN] = 90 * UNIT;
    accounts[0].books[BOOK_TRANSFERRED_IN] = 123456 * UNIT;
    accounts[1].books[BOOK_TRANSFERRED_IN] = 10 * UNIT;
    made->outcome.account_count = 2;
    made->entry.posting_count = 2;
    made->entry.postings[0] =
        (struct posting){.book = BOOK_OWN, .amount_micros = -UNIT, .balance_micros = 90 * UNIT};
    made->entry.postings[1] = (struct posting){
        .book = BOOK_TRANSFERRED_IN, .amount_micros = UNIT, .balance_micros = 10 * UNIT};
    made->entry.order = &made->order;
    made->entry.chain = &made->chain;
}

static struct bytes pack(struct case_of *made)
{
    refer(made, &made->outcome);
    struct bytes packed = outcome_pack(&made->arena, &made->outcome);
    assert_non_null(packed.data);
    for (size_t i = 0; i < made->outcome.account_count; i++)
        made->again.accounts[i].id = made->outcome.accounts[i].id;
    made->again.account_count = made->outcome.account_count;
    refer(made, &made->again);
    return packed;
}

static void assert_same_account(const struct account *told, const struct account *was)
{
    assert_memory_equal(told->books, was->books, sizeof told->books);
    assert_int_equal(told->version, was->version);
    assert_int_equal(told->frozen_micros, was->frozen_micros);
    assert_int_equal(told->credit_limit_micros, was->credit_limit_micros);
    assert_int_equal(told->contract_state, was->contract_state);
    assert_int_equal(told->suspended, was->suspended);
    assert_int_equal(account_available(told), account_available(was));
    assert_int_equal(account_limit_effective(told), account_limit_effective(was));
    assert_int_equal(account_is_overdue(told, RECORDED_US), account_is_overdue(was, RECORDED_US));
}

static void assert_comes_back(struct case_of *made)
{
    struct bytes packed = pack(made);
    assert_true(outcome_unpack(packed, &made->again, &made->quota));
    for (size_t i = 0; i < made->outcome.account_count; i++)
        assert_same_account(&made->again.accounts[i], &made->outcome.accounts[i]);
}

static void a_transfer_takes_few_bytes(void **state)
{
    (void)state;
    struct case_of made;
    transfer_of(&made);
    assert_comes_back(&made);
    assert_in_range(pack(&made).size, 1, 16);
    arena_deinit(&made.arena);
}

static void every_term_of_an_account(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 64; bits++) {
        struct case_of made;
        transfer_of(&made);
        struct account *account = &made.outcome.accounts[bits & 1];
        account->suspended = (bits & 2) != 0;
        account->credit_disabled = (bits & 4) != 0;
        account->contract_state = (bits & 8) != 0 ? CONTRACT_CONFIRMED : CONTRACT_PENDING;
        account->credit_limit_micros = ACCOUNT_MICROS_MAX;
        account->frozen_micros = (bits & 16) != 0 ? ACCOUNT_MICROS_MAX : 0;
        account->books[BOOK_REFUND_CREDIT] = ACCOUNT_MICROS_MAX;
        account->books[BOOK_UNBILLED] = -3;
        account->books[BOOK_OUTSTANDING] = -ACCOUNT_MICROS_MAX;
        account->earliest_due_us = (bits & 32) != 0 ? RECORDED_US : RECORDED_US + 1;
        account->version = INT64_MAX;
        assert_comes_back(&made);
        arena_deinit(&made.arena);
    }
}

static void what_only_some_kinds_tell(void **state)
{
    (void)state;
    struct case_of made;
    transfer_of(&made);
    made.outcome.account_count = 1;
    made.entry.posting_count = 0;
    made.entry.sub_account_id = (struct id){{9}};
    made.outcome.accounts[0].confirmed_us = RECORDED_US - 5;
    made.outcome.paid = (struct payment){1, 0, 3, ACCOUNT_MICROS_MAX};
    made.outcome.purchase = (struct purchase){.sequence = 1,
                                              .amount_micros = 10 * UNIT,
                                              .paid = {1, 2, 3, 4},
                                              .refunded = {0, 2, 0, 4},
                                              .recorded_us = RECORDED_US - 77 * UNIT};
    made.outcome.hold = (struct hold){.sequence = 699,
                                      .state = HOLD_CAPTURED,
                                      .amount_micros = 5,
                                      .captured_micros = 4,
                                      .expire_us = RECORDED_US + 3600 * UNIT,
                                      .placed_us = RECORDED_US - 1};
    made.outcome.quota = (struct quota_terms){5 * UNIT, -7, 0, 2 * UNIT};
    assert_comes_back(&made);
    const struct order_outcome *was = &made.outcome, *told = &made.again;
    assert_int_equal(told->accounts[0].confirmed_us, was->accounts[0].confirmed_us);
    assert_memory_equal(&told->paid, &was->paid, sizeof told->paid);
    assert_int_equal(told->purchase.sequence, was->purchase.sequence);
    assert_int_equal(told->purchase.recorded_us, was->purchase.recorded_us);
    assert_memory_equal(&told->purchase.paid, &was->purchase.paid, sizeof told->paid);
    assert_memory_equal(&told->purchase.refunded, &was->purchase.refunded, sizeof told->paid);
    assert_ptr_equal(told->purchase.quota, &made.quota);
    assert_int_equal(told->hold.sequence, was->hold.sequence);
    assert_int_equal(told->hold.state, was->hold.state);
    assert_int_equal(told->hold.expire_us, was->hold.expire_us);
    assert_int_equal(told->hold.placed_us, was->hold.placed_us);
    assert_memory_equal(&told->quota, &was->quota, sizeof told->quota);
    arena_deinit(&made.arena);
}

static bool is_outcome(struct case_of *made, const void *bytes, size_t size)
{
    struct bytes packed = {bytes, size};
    return outcome_unpack(packed, &made->again, &made->quota);
}

static void other_bytes_are_none(void **state)
{
    (void)state;
    struct case_of made;
    transfer_of(&made);
    struct bytes packed = pack(&made);
    uint8_t bytes[64] = {0};
    memcpy(bytes, packed.data, packed.size);
    assert_true(is_outcome(&made, bytes, packed.size));
    for (size_t size = 0; size < packed.size; size++) /* cut short */
        assert_false(is_outcome(&made, bytes, size));
    assert_false(is_outcome(&made, bytes, packed.size + 1)); /* something behind it */
    assert_false(is_outcome(&made, NULL, 0));
    memset(bytes, 0xff, sizeof bytes); /* a number without an end */
    assert_false(is_outcome(&made, bytes, sizeof bytes));
    static const uint8_t below_zero[] = {0, 2, 2, 1}; /* one account, its own book at -1 */
    made.entry.posting_count = 0;
    assert_false(is_outcome(&made, below_zero, sizeof below_zero));
    static const uint8_t no_contract[] = {0, 0x80, 0x18,
                                          2}; /* of four states, the one that is none */
    assert_false(is_outcome(&made, no_contract, sizeof no_contract));
    arena_deinit(&made.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transfer_takes_few_bytes), cmocka_unit_test(every_term_of_an_account),
        cmocka_unit_test(what_only_some_kinds_tell), cmocka_unit_test(other_bytes_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
