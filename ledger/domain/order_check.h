/* Mistakes of an order by itself (E35), found before any fact is read. */
#ifndef LEDGER_DOMAIN_ORDER_CHECK_H
#define LEDGER_DOMAIN_ORDER_CHECK_H

#include <stddef.h>

#include "ledger/domain/order.h"
#include "runtime/base/fault.h"

#define PLAIN_TEXT_RULE(bytes)        \
    "must be UTF-8 of at most " bytes \
    " bytes in normal form C, without unseen characters and card numbers"

/* X(mistake, fault, field, sentence), in the order in which they are told. */
#define ORDER_MISTAKES(X)                                                                          \
    X(ORDER_CURRENCY_UNKNOWN, FAULT_NOT_A_CURRENCY, "currency", "must be an active ISO 4217 code") \
    X(ORDER_AMOUNT_NOT_POSITIVE, FAULT_NOT_POSITIVE, "amount_micros", "must be above zero")        \
    X(ORDER_AMOUNT_NEGATIVE, FAULT_NEGATIVE, "amount_micros", "must not be negative")              \
    X(ORDER_AMOUNT_ZERO, FAULT_ZERO, "amount_micros", "must not be zero")                          \
    X(ORDER_AMOUNT_NOT_WHOLE, FAULT_NOT_WHOLE, "amount_micros",                                    \
      "must be whole in the currency's minor unit")                                                \
    X(ORDER_DATED, FAULT_NOT_ALLOWED, "effective_time",                                            \
      "must be empty: only the provider dates an order, a customer's is of now")                   \
    X(ORDER_TO_ITSELF, FAULT_SAME_AS_ACTING, "destination_account_id",                             \
      "must differ from account_id")                                                               \
    X(ORDER_FOR_ITSELF, FAULT_SAME_AS_ACTING, "sub_account_id", "must differ from account_id")     \
    X(ORDER_REMARK_NOT_PLAIN, FAULT_MALFORMED, "remark", PLAIN_TEXT_RULE("256"))                   \
    X(ORDER_TAG_NOT_PLAIN, FAULT_MALFORMED, "tag", PLAIN_TEXT_RULE("64"))                          \
    X(ORDER_REMARK_MISSING, FAULT_REQUIRED, "remark", "must say why")                              \
    X(ORDER_TOP_UP_MISSING, FAULT_REQUIRED, "top_up_id", "must name the top-up")                   \
    X(ORDER_MINIMUM_NEGATIVE, FAULT_NEGATIVE, "conditions.minimum_left_micros",                    \
      "must not be negative")                                                                      \
    X(ORDER_VERSION_NEGATIVE, FAULT_NEGATIVE, "conditions.expected_version", "must not be negative")

enum order_mistake {
    ORDER_WELL_FORMED = 0,
#define ORDER_MISTAKE_MEMBER(mistake, fault, field, sentence) mistake,
    ORDER_MISTAKES(ORDER_MISTAKE_MEMBER)
#undef ORDER_MISTAKE_MEMBER
};

/* All that is wrong with the order by itself, at most one mistake of a field. Returns how many. */
#define ORDER_MISTAKES_MAX 8
size_t order_check(const struct order *order, enum order_mistake mistakes[ORDER_MISTAKES_MAX]);
const char *order_mistake_field(enum order_mistake mistake);
enum fault order_mistake_fault(const struct order *order, enum order_mistake mistake);
const char *order_mistake_sentence(enum order_mistake mistake);

#endif
