/* Reading orders off the wire: the same for a request that comes alone, in bulk, streamed or to be
 * previewed. What cannot be read names its field; nothing is decided here. */
#ifndef LEDGER_SERVICE_READING_H
#define LEDGER_SERVICE_READING_H

#include "ledger/batch/batcher.h"
#include "ledger/v1/order.pb-c.h"
#include "runtime/rpc/call.h"

/* Why an order cannot be read; field NULL: it can. */
struct reading_problem {
    const char *field;
    const char *sentence;
};

/* One row for every kind of the oneof ledger.v1.Order.kind, X(CASE, member, Message, kind, thing,
 * more): what it is called on the wire, and with which of ledger/service/answer.c its response
 * tells the thing (field 1) and one thing more (field 3). What the kind does is its row of
 * ledger/domain/order_kind.c. */
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

/* Who sends an order, and when. Without a principal it is one of the provider's own services;
 * through the gateway come operators, by their role, and customers. */
struct reading_caller {
    int64_t now_us;
    bool is_customer;
};
struct reading_caller reading_caller_of(const struct call *call);

/* order_read_create_transfer(…) and so on. Texts are borrowed from the message. */
#define ORDER_READER(CASE, member, Message, kind, thing, more) \
    struct reading_problem order_read_##member(                \
        const Message *message, struct reading_caller caller, struct batch_item *item);
ORDER_MESSAGES(ORDER_READER)
#undef ORDER_READER

/* An order of a bulk call; company_id and account_id of the call stand for its own. */
struct reading_problem order_read(const Ledger__V1__Order *message, const char *company_id,
                                  const char *account_id, struct reading_caller caller,
                                  struct batch_item *item);

/* The same for a preview, whose request id may be empty: it stands for an id that was never used.
 */
struct reading_problem order_read_preview(const Ledger__V1__Order *message, const char *company_id,
                                          const char *account_id, struct reading_caller caller,
                                          struct batch_item *item);

#endif
