#include "ledger/domain/order_kind.h"

#include <assert.h>

#include "ledger/domain/allocation.h"
#include "ledger/domain/cash.h"
#include "ledger/domain/credit.h"
#include "ledger/domain/hold.h"
#include "ledger/domain/purchase.h"
#include "ledger/domain/quota.h"
#include "ledger/domain/transfer.h"
#include "ledger/domain/transit.h"
#include "ledger/domain/usage.h"

#define AMOUNT "amount_micros"

static const struct order_rule rules[ORDER_KIND_COUNT] = {
    [ORDER_CREATE_TRANSFER] = {AMOUNT_POSITIVE, AMOUNT, NEEDS_LAST_LOT, transfer_decide,
                               transfer_book},
    [ORDER_REVOKE_TRANSFER] = {AMOUNT_POSITIVE, AMOUNT, NEEDS_SOURCE_LOTS, revoke_decide,
                               revoke_book},
    [ORDER_CREATE_PURCHASE] = {AMOUNT_POSITIVE, AMOUNT, MAY_BE_FINE | NEEDS_LOTS | COUNTS_FOR_CAP,
                               purchase_decide, purchase_book},
    [ORDER_REFUND_PURCHASE] = {AMOUNT_POSITIVE, AMOUNT,
                               MAY_BE_FINE | NEEDS_PURCHASE | NEEDS_POOL | COUNTS_FOR_CAP,
                               refund_decide, refund_book},
    [ORDER_RECORD_USAGE] = {AMOUNT_POSITIVE, AMOUNT,
                            MAY_BE_FINE | NEEDS_LOTS | NEEDS_POOL | COUNTS_FOR_CAP, usage_decide,
                            usage_book},
    [ORDER_SETTLE_USAGE] = {AMOUNT_NONE, "", MAY_BE_FINE | NEEDS_LOTS | NEEDS_POOL,
                            settlement_decide, settlement_book},
    [ORDER_PAY_BILLS] = {AMOUNT_NOT_NEGATIVE, AMOUNT, MAY_BE_FINE | NEEDS_LOTS | NEEDS_BILLS,
                         bill_payment_decide, bill_payment_book},
    [ORDER_CREDIT_TOP_UP] = {AMOUNT_POSITIVE, AMOUNT, 0, top_up_decide, top_up_book},
    [ORDER_CREATE_ADJUSTMENT] = {AMOUNT_NOT_ZERO, AMOUNT, MUST_SAY_WHY, adjustment_decide,
                                 adjustment_book},
    [ORDER_PLACE_HOLD] = {AMOUNT_POSITIVE, AMOUNT, MAY_BE_FINE | COUNTS_FOR_CAP, hold_place_decide,
                          hold_place_book},
    [ORDER_CAPTURE_HOLD] = {AMOUNT_POSITIVE, AMOUNT,
                            MAY_BE_FINE | NEEDS_LOTS | NEEDS_HOLD | COUNTS_FOR_CAP,
                            hold_capture_decide, hold_capture_book},
    [ORDER_VOID_HOLD] = {AMOUNT_NONE, "", MAY_BE_FINE | NEEDS_HOLD | COUNTS_FOR_CAP,
                         hold_void_decide, hold_void_book},
    [ORDER_EXPIRE_HOLD] = {AMOUNT_NONE, "", MAY_BE_FINE, NULL, hold_expire_book},
    [ORDER_SET_CREDIT_LIMIT] = {AMOUNT_NOT_NEGATIVE, "limit_micros", NEEDS_LINE, limit_set_decide,
                                limit_set_book},
    [ORDER_CONFIRM_CREDIT_LIMIT] = {AMOUNT_NONE, "", MAY_BE_FINE, limit_confirm_decide,
                                    limit_confirm_book},
    [ORDER_SET_QUOTA] = {AMOUNT_NOT_NEGATIVE, "line_micros", 0, quota_set_decide, quota_set_book},
    [ORDER_OFFSET_QUOTA] = {AMOUNT_POSITIVE, AMOUNT, MAY_BE_FINE, quota_offset_decide,
                            quota_offset_book},
    [ORDER_RELEASE_TOP_UP] = {AMOUNT_POSITIVE, AMOUNT, MUST_NAME_TOP_UP, release_decide,
                              release_book},
    [ORDER_RECEIVE_TRANSIT] = {AMOUNT_NONE, "", MAY_BE_FINE | NEEDS_TRANSIT | NEEDS_RELATION,
                               receive_decide, receive_book},
    [ORDER_RETURN_TRANSIT] = {AMOUNT_NONE, "", MAY_BE_FINE | NEEDS_TRANSIT, return_decide,
                              return_book},
    [ORDER_ALLOCATE_TO_SUB_ACCOUNT] = {AMOUNT_POSITIVE, AMOUNT,
                                       NEEDS_LAST_LOT | NEEDS_RELATION | OF_ALLOCATIONS,
                                       allocate_decide, allocate_book},
    [ORDER_RECLAIM_FROM_SUB_ACCOUNT] = {AMOUNT_POSITIVE, AMOUNT,
                                        NEEDS_SOURCE_LOTS | NEEDS_RELATION | OF_ALLOCATIONS,
                                        reclaim_decide, revoke_book},
};

const struct order_rule *order_rule(enum order_kind kind)
{
    assert(kind > 0 && kind < ORDER_KIND_COUNT && rules[kind].book != NULL);
    return &rules[kind];
}

enum lot_kind order_lot_kind(const struct order *order)
{
    assert(order != NULL);
    return order_has(order, OF_ALLOCATIONS) ? LOT_ALLOCATION : LOT_TRANSFER;
}

struct relation_ends order_relation(const struct order *order)
{
    assert(order_has(order, NEEDS_RELATION));
    return order_has(order, NEEDS_TRANSIT)
               ? (struct relation_ends){order->counterparty_id, order->account_id}
               : (struct relation_ends){order->account_id, order->counterparty_id};
}

bool order_has(const struct order *order, enum order_trait trait)
{
    return (order_rule(order->kind)->traits & (unsigned)trait) != 0;
}
