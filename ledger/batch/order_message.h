/* The kinds of orders on the wire. */
#ifndef LEDGER_BATCH_ORDER_MESSAGE_H
#define LEDGER_BATCH_ORDER_MESSAGE_H

#include "ledger/domain/order.h"
#include "ledger/v1/order.pb-c.h"

/* One row for every kind of the oneof ledger.v1.Order.kind, X(CASE, member, Message, kind, thing,
 * more): its names on the wire; and the two functions of answer.c, tell_thing and more_more, that
 * fill in fields 1 and 3 of its response. Its rules are its row of ledger/domain/order_kind.c. */
#define ORDER_MESSAGES(X)                                                                          \
    X(CREATE_TRANSFER, create_transfer, Ledger__V1__CreateTransferRequest, ORDER_TRANSFER,         \
      transfer, nothing)                                                                           \
    X(REVOKE_TRANSFER, revoke_transfer, Ledger__V1__RevokeTransferRequest, ORDER_REVOKE, transfer, \
      nothing)                                                                                     \
    X(CREATE_PURCHASE, create_purchase, Ledger__V1__CreatePurchaseRequest, ORDER_PURCHASE,         \
      purchase, quota)                                                                             \
    X(REFUND_PURCHASE, refund_purchase, Ledger__V1__RefundPurchaseRequest, ORDER_REFUND, purchase, \
      quota)                                                                                       \
    X(RECORD_USAGE, record_usage, Ledger__V1__RecordUsageRequest, ORDER_USAGE, charge, quota)      \
    X(SETTLE_USAGE, settle_usage, Ledger__V1__SettleUsageRequest, ORDER_SETTLEMENT, charge,        \
      nothing)                                                                                     \
    X(PAY_BILLS, pay_bills, Ledger__V1__PayBillsRequest, ORDER_BILL_PAYMENT, charge, nothing)      \
    X(CREDIT_TOP_UP, credit_top_up, Ledger__V1__CreditTopUpRequest, ORDER_TOP_UP, cash, nothing)   \
    X(CREATE_ADJUSTMENT, create_adjustment, Ledger__V1__CreateAdjustmentRequest, ORDER_ADJUSTMENT, \
      cash, nothing)                                                                               \
    X(PLACE_HOLD, place_hold, Ledger__V1__PlaceHoldRequest, ORDER_HOLD_PLACE, hold, nothing)       \
    X(CAPTURE_HOLD, capture_hold, Ledger__V1__CaptureHoldRequest, ORDER_HOLD_CAPTURE, hold,        \
      entry_id)                                                                                    \
    X(VOID_HOLD, void_hold, Ledger__V1__VoidHoldRequest, ORDER_HOLD_VOID, hold, nothing)           \
    X(SET_CREDIT_LIMIT, set_credit_limit, Ledger__V1__SetCreditLimitRequest, ORDER_LIMIT_SET,      \
      credit_limit, nothing)                                                                       \
    X(CONFIRM_CREDIT_LIMIT, confirm_credit_limit, Ledger__V1__ConfirmCreditLimitRequest,           \
      ORDER_LIMIT_CONFIRM, credit_limit, nothing)                                                  \
    X(SET_QUOTA, set_quota, Ledger__V1__SetQuotaRequest, ORDER_QUOTA_SET, quota, nothing)          \
    X(OFFSET_QUOTA, offset_quota, Ledger__V1__OffsetQuotaRequest, ORDER_QUOTA_OFFSET, quota,       \
      nothing)                                                                                     \
    X(RELEASE_TOP_UP, release_top_up, Ledger__V1__ReleaseTopUpRequest, ORDER_TOP_UP_RELEASE,       \
      cash_out, nothing)

#endif
