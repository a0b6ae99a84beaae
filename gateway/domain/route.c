#include "gateway/domain/route.h"

#include <stdbool.h>
#include <string.h>

#define IDENTITY "/identity.v1."
#define PAYMENTS "/payments.v1."
#define LEDGER "/ledger.v1."
#define SHARING "/sharing.v1."
#define GATEWAY "/gateway.v1."
#define REQUEST "Request"

static const struct route routes[] = {
    /* signing up, logging in */
    {IDENTITY "SignUpService/StartSignUp", "identity.sign_up.start", ROUTE_PUBLIC, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "SignUpService/SendCode", "identity.sign_up.send_code", ROUTE_PUBLIC, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "SignUpService/VerifyCode", "identity.sign_up.verify_code", ROUTE_PUBLIC, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "SessionService/LogIn", "identity.session.log_in", ROUTE_PUBLIC, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "SessionService/SendLogInCode", "identity.session.send_log_in_code", ROUTE_PUBLIC,
     ROUTE_WRITE, STEP_FORWARD},
    {IDENTITY "SessionService/LogOut", "identity.session.log_out", ROUTE_PUBLIC, ROUTE_WRITE,
     STEP_LOG_OUT},
    {IDENTITY "SessionService/ListSessions", "identity.session.list", ROUTE_SESSION, ROUTE_READ,
     STEP_FORWARD},
    {IDENTITY "SessionService/RevokeSession", "identity.session.revoke", ROUTE_SESSION, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "SessionService/RevokeAllSessions", "identity.session.revoke_all", ROUTE_SESSION,
     ROUTE_WRITE, STEP_FORWARD},

    /* the account and who acts in it */
    {IDENTITY "AccountService/GetAccount", "identity.account.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {IDENTITY "AccountService/GetOnboardingState", "identity.onboarding.get", ROUTE_MEMBER,
     ROUTE_READ, STEP_ONBOARDING},
    {IDENTITY "AccountService/ListOnboardingRecords", "identity.onboarding.list", ROUTE_MEMBER,
     ROUTE_READ, STEP_FORWARD},
    {IDENTITY "AccountService/StartContactVerification", "identity.contact.verify",
     ROUTE_ADMINISTRATOR, ROUTE_WRITE, STEP_FORWARD},
    {IDENTITY "AccountService/ConfirmContactVerification", "identity.contact.verify",
     ROUTE_ADMINISTRATOR, ROUTE_WRITE, STEP_FORWARD},
    {IDENTITY "AccountService/AddBillingAddress", "identity.billing_address.add",
     ROUTE_ADMINISTRATOR, ROUTE_WRITE, STEP_OPEN_ACCOUNT},
    {IDENTITY "RoleService/AddMember", "identity.role.grant", ROUTE_ADMINISTRATOR, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "RoleService/GrantRole", "identity.role.grant", ROUTE_ADMINISTRATOR, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "RoleService/RevokeRole", "identity.role.revoke", ROUTE_ADMINISTRATOR, ROUTE_WRITE,
     STEP_FORWARD},
    {IDENTITY "RoleService/ListMembers", "identity.role.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},

    /* the company; who reviews it is the provider */
    {IDENTITY "CompanyService/SubmitCompany", "identity.company.submit", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {IDENTITY "CompanyService/ListSubmissions", "identity.company.list", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_READ, STEP_FORWARD},
    {IDENTITY "CompanyService/ApproveCompany", "identity.company.approve", ROUTE_OPERATOR,
     ROUTE_WRITE, STEP_OPEN_ACCOUNT},
    {IDENTITY "CompanyService/RejectCompany", "identity.company.reject", ROUTE_OPERATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {IDENTITY "CompanyService/RevokeCompany", "identity.company.revoke", ROUTE_OPERATOR,
     ROUTE_WRITE, STEP_OPEN_ACCOUNT},

    /* currency, payment methods, top-ups */
    {PAYMENTS "AccountService/GetAccount", "payments.account.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {PAYMENTS "AccountService/SetCurrency", "payments.currency.set", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_OPEN_ACCOUNT},
    {PAYMENTS "PaymentMethodService/AddCard", "payments.payment_method.add", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {PAYMENTS "PaymentMethodService/LinkWallet", "payments.payment_method.add", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {PAYMENTS "PaymentMethodService/ListPaymentMethods", "payments.payment_method.list",
     ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {PAYMENTS "PaymentMethodService/GetPaymentMethod", "payments.payment_method.get", ROUTE_MEMBER,
     ROUTE_READ, STEP_FORWARD},
    {PAYMENTS "PaymentMethodService/RemovePaymentMethod", "payments.payment_method.remove",
     ROUTE_ADMINISTRATOR, ROUTE_WRITE, STEP_FORWARD},
    {PAYMENTS "TopUpService/CreateTopUp", "payments.top_up.create", ROUTE_ADMINISTRATOR,
     ROUTE_MONEY, STEP_TOP_UP_TARGET},
    {PAYMENTS "TopUpService/GetTopUp", "payments.top_up.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {PAYMENTS "TopUpService/ListTopUps", "payments.top_up.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {PAYMENTS "TopUpDeskService/ListUnsettledTopUps", "payments.top_up.list_unsettled",
     ROUTE_OPERATOR, ROUTE_READ, STEP_FORWARD},
    {PAYMENTS "TopUpDeskService/RedriveTopUp", "payments.top_up.redrive", ROUTE_OPERATOR,
     ROUTE_MONEY, STEP_FORWARD},
    {PAYMENTS "TopUpDeskService/ReturnTopUp", "payments.top_up.return", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {PAYMENTS "TopUpDeskService/RecordReturn", "payments.top_up.record_return", ROUTE_OPERATOR,
     ROUTE_MONEY, STEP_FORWARD},
    {PAYMENTS "TopUpService/RecordWireReceipt", "payments.wire.receive", ROUTE_OPERATOR,
     ROUTE_MONEY, STEP_FORWARD},

    /* money */
    {LEDGER "AccountService/GetAccount", "ledger.account.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "AccountService/GetBalance", "ledger.balance.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "AccountService/ListLots", "ledger.lot.list", ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {LEDGER "AccountService/UpdateAccount", "ledger.account.update", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_UPDATE_ACCOUNT}, /* ID-12 */
    {LEDGER "TransferService/CreateTransfer", "ledger.transfer.create", ROUTE_ADMINISTRATOR,
     ROUTE_MONEY, STEP_SAME_COMPANY},
    {LEDGER "TransferService/RevokeTransfer", "ledger.transfer.revoke", ROUTE_ADMINISTRATOR,
     ROUTE_MONEY, STEP_FORWARD},
    {LEDGER "TransferService/GetRevocable", "ledger.transfer.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "TransferService/GetTransfer", "ledger.transfer.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "TransferService/ListTransfers", "ledger.transfer.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "PurchaseService/CreatePurchase", "ledger.purchase.create", ROUTE_MEMBER, ROUTE_MONEY,
     STEP_READY},
    {LEDGER "PurchaseService/RefundPurchase", "ledger.purchase.refund", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "PurchaseService/GetPurchase", "ledger.purchase.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "HoldService/PlaceHold", "ledger.hold.place", ROUTE_MEMBER, ROUTE_MONEY, STEP_READY},
    {LEDGER "HoldService/CaptureHold", "ledger.hold.capture", ROUTE_MEMBER, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "HoldService/VoidHold", "ledger.hold.void", ROUTE_MEMBER, ROUTE_MONEY, STEP_FORWARD},
    {LEDGER "HoldService/GetHold", "ledger.hold.get", ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {LEDGER "UsageService/RecordUsage", "ledger.usage.record", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "UsageService/SettleUsage", "ledger.usage.settle", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "UsageService/PayBills", "ledger.bill.pay", ROUTE_ADMINISTRATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "CreditService/SetCreditLine", "ledger.credit_line.set", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "CreditService/SetCreditLimit", "ledger.credit_limit.set", ROUTE_OPERATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "CreditService/ConfirmCreditLimit", "ledger.credit_limit.confirm", ROUTE_ADMINISTRATOR,
     ROUTE_MONEY, STEP_FORWARD}, /* LED-15 */
    {LEDGER "CreditService/GetCreditLimit", "ledger.credit_limit.get", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_READ, STEP_FORWARD},
    {LEDGER "QuotaService/SetQuota", "ledger.quota.set", ROUTE_ADMINISTRATOR, ROUTE_MONEY,
     STEP_FORWARD}, /* LED-38 */
    {LEDGER "QuotaService/OffsetQuota", "ledger.quota.offset", ROUTE_ADMINISTRATOR, ROUTE_MONEY,
     STEP_FORWARD},
    {LEDGER "QuotaService/GetQuota", "ledger.quota.get", ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {LEDGER "QuotaService/ListQuotas", "ledger.quota.list", ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {LEDGER "TopUpService/CreateAdjustment", "ledger.adjustment.create", ROUTE_OPERATOR,
     ROUTE_MONEY, STEP_FORWARD},
    {LEDGER "OrderService/SubmitOrders", "ledger.order.submit", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_MONEY, STEP_SUBMIT_ORDERS},
    {LEDGER "OrderService/StreamOrders", "ledger.order.submit", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_MONEY, STEP_STREAM_ORDERS},
    {LEDGER "OrderService/PreviewOrder", "ledger.order.preview", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_READ, STEP_PREVIEW_ORDER},
    {LEDGER "ChangeService/WatchChanges", "ledger.change.watch", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_READ, STEP_WATCH},
    {LEDGER "ChangeService/WatchChanges?whole_company", "ledger.change.watch_company",
     ROUTE_OPERATOR, ROUTE_READ, STEP_WATCH},
    {LEDGER "PostingService/ListPostings", "ledger.posting.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {LEDGER "AuditService/Audit", "ledger.audit.run", ROUTE_MEMBER_OR_OPERATOR, ROUTE_READ,
     STEP_RELAY},

    /* benefits and who shares them */
    {SHARING "AssetService/RegisterAsset", "sharing.asset.register", ROUTE_OPERATOR, ROUTE_WRITE,
     STEP_FORWARD},
    {SHARING "AssetService/GetAsset", "sharing.asset.get", ROUTE_MEMBER, ROUTE_READ, STEP_FORWARD},
    {SHARING "AssetService/ListAssets", "sharing.asset.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {SHARING "ShareService/ShareWithAccounts", "sharing.share.create", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_SAME_COMPANY},
    {SHARING "ShareService/ShareWithOrganization", "sharing.share.create", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {SHARING "ShareService/StopSharing", "sharing.share.stop", ROUTE_ADMINISTRATOR, ROUTE_WRITE,
     STEP_FORWARD},
    {SHARING "ShareService/ListShares", "sharing.share.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {SHARING "ShareService/SetAutomaticRule", "sharing.automatic_rule.set", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_SAME_COMPANY},
    {SHARING "ShareService/CreateOrganization", "sharing.organization.create", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {SHARING "ShareService/UpdateOrganizationMembers", "sharing.organization.update",
     ROUTE_ADMINISTRATOR, ROUTE_WRITE, STEP_FORWARD},
    {SHARING "BenefitService/CheckBenefit", "sharing.benefit.check", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {SHARING "CouponService/RequestCouponPool", "sharing.coupon_pool.request", ROUTE_OPERATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {SHARING "CouponService/ListCouponPools", "sharing.coupon_pool.list", ROUTE_MEMBER, ROUTE_READ,
     STEP_FORWARD},
    {SHARING "CouponService/IssueCoupons", "sharing.coupon.issue", ROUTE_ADMINISTRATOR, ROUTE_WRITE,
     STEP_SAME_COMPANY},
    {SHARING "CouponService/RevokeCoupon", "sharing.coupon.revoke", ROUTE_ADMINISTRATOR,
     ROUTE_WRITE, STEP_FORWARD},
    {SHARING "AccountService/StartPaymentRelation", "sharing.payment_relation.start",
     ROUTE_OPERATOR, ROUTE_WRITE, STEP_FORWARD},
    {SHARING "AccountService/EndPaymentRelation", "sharing.payment_relation.end", ROUTE_OPERATOR,
     ROUTE_WRITE, STEP_FORWARD},

    /* what spans contexts */
    {GATEWAY "ClosingService/ListClosingBlockers", "gateway.closing.list", ROUTE_MEMBER_OR_OPERATOR,
     ROUTE_READ, STEP_CLOSING_BLOCKERS},
    {GATEWAY "SagaService/ListSagas", "gateway.saga.list", ROUTE_OPERATOR, ROUTE_READ,
     STEP_LIST_SAGAS},
    {GATEWAY "SagaService/RedriveSaga", "gateway.saga.redrive", ROUTE_OPERATOR, ROUTE_WRITE,
     STEP_REDRIVE_SAGA},
    {GATEWAY "ReadinessService/GetReadiness", "gateway.readiness.get", ROUTE_MEMBER, ROUTE_READ,
     STEP_READINESS},
};

static const char *const internal[] = {
    "/event.v1.EventService/ListEvents",
    IDENTITY "SessionService/ResolveSession",
    IDENTITY "CompanyService/CheckSameCompany",
    IDENTITY "CompanyService/CheckSameCompanies",
    IDENTITY "NotificationService/SendNotification",
    IDENTITY "NotificationService/GetNotification",
    PAYMENTS "AccountService/UpdateAccountFacts",
    PAYMENTS "ClosingService/ListClosingBlockers",
    PAYMENTS "ClosingService/SetClosed",
    PAYMENTS "TopUpService/MarkCredited",
    PAYMENTS "TopUpDeskService/MarkInSuspense",
    PAYMENTS "TopUpDeskService/StartRefund",
    LEDGER "AccountService/OpenAccount",
    LEDGER "AccountService/SetCurrency",
    LEDGER "ClosingService/ListClosingBlockers",
    LEDGER "TopUpService/CreditTopUp",
    LEDGER "TopUpService/ReleaseTopUp",
    LEDGER "TopUpService/ForgoTopUp",
    SHARING "AccountService/OpenAccount",
    SHARING "CouponService/RedeemCoupon",
};

const struct route *route_find(const char *rpc)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].rpc, rpc) == 0)
            return &routes[i];
    }
    return NULL;
}

bool route_is_shown(const char *rpc)
{
    return strncmp(rpc, "/grpc.", 6) == 0 || route_find(rpc) != NULL;
}

/* Request is the method's name and "Request" (buf's STANDARD), and within a package no two methods
 * have the same. */
static bool takes(const char *rpc, const char *request, size_t package_length, size_t method_length)
{
    const char *method = strrchr(rpc, '/') + 1;
    return strncmp(rpc + 1, request, package_length) == 0 &&
           strncmp(method, request + package_length, method_length) == 0 &&
           method[method_length] == '\0';
}

const struct route *route_find_request(const char *request)
{
    const char *last_dot = strrchr(request, '.');
    size_t package_length = last_dot == NULL ? 0 : (size_t)(last_dot + 1 - request);
    size_t length = strlen(request) - package_length, end = strlen(REQUEST);
    if (last_dot == NULL || length <= end ||
        strcmp(request + package_length + length - end, REQUEST) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (takes(routes[i].rpc, request, package_length, length - end))
            return &routes[i];
    }
    return NULL;
}

const struct route *route_list(size_t *count)
{
    *count = sizeof(routes) / sizeof(routes[0]);
    return routes;
}

const char *const *route_internal_list(size_t *count)
{
    *count = sizeof(internal) / sizeof(internal[0]);
    return internal;
}
