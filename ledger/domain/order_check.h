/* Mistakes of an order by itself (E35), found before any fact is read. */
#ifndef LEDGER_DOMAIN_ORDER_CHECK_H
#define LEDGER_DOMAIN_ORDER_CHECK_H

#include "ledger/domain/order.h"

#define PLAIN_TEXT_RULE(bytes)        \
    "must be UTF-8 of at most " bytes \
    " bytes in normal form C, without unseen characters and card numbers"

/* X(mistake, field, sentence), the first that applies is given. */
#define ORDER_MISTAKES(X)                                                                    \
    X(ORDER_CURRENCY_UNKNOWN, "currency", "must be an active ISO 4217 code")                 \
    X(ORDER_AMOUNT_NOT_POSITIVE, "amount_micros", "must be above zero")                      \
    X(ORDER_AMOUNT_NEGATIVE, "amount_micros", "must not be negative")                        \
    X(ORDER_AMOUNT_ZERO, "amount_micros", "must not be zero")                                \
    X(ORDER_AMOUNT_NOT_WHOLE, "amount_micros", "must be whole in the currency's minor unit") \
    X(ORDER_DATED, "effective_time",                                                         \
      "must be empty: only the provider dates an order, a customer's is of now")             \
    X(ORDER_TO_ITSELF, "destination_account_id", "must differ from account_id")              \
    X(ORDER_FOR_ITSELF, "sub_account_id", "must differ from account_id")                     \
    X(ORDER_REMARK_NOT_PLAIN, "remark", PLAIN_TEXT_RULE("256"))                              \
    X(ORDER_TAG_NOT_PLAIN, "tag", PLAIN_TEXT_RULE("64"))                                     \
    X(ORDER_REMARK_MISSING, "remark", "must say why")                                        \
    X(ORDER_TOP_UP_MISSING, "top_up_id", "must name the top-up")                             \
    X(ORDER_MINIMUM_NEGATIVE, "conditions.minimum_left_micros", "must not be negative")      \
    X(ORDER_VERSION_NEGATIVE, "conditions.expected_version", "must not be negative")

enum order_mistake {
    ORDER_WELL_FORMED = 0,
#define ORDER_MISTAKE_MEMBER(mistake, field, sentence) mistake,
    ORDER_MISTAKES(ORDER_MISTAKE_MEMBER)
#undef ORDER_MISTAKE_MEMBER
};

enum order_mistake order_check(const struct order *order);
const char *order_mistake_field(enum order_mistake mistake);
const char *order_mistake_sentence(enum order_mistake mistake);

#endif
