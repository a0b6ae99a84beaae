#include "gateway/domain/role.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/actor.h"

#define PATTERNS_MAX 96

/* Roles that see no raw billing data (mask.h). */
#define MASKED_ROLES ACCESS_ROLE_CLIENT_SUCCESS

struct role_row {
    enum access_role role;
    const char *allows[PATTERNS_MAX]; /* to the first NULL */
    const char *denies[PATTERNS_MAX];
};

/* The built-in roles. A permission that no rpc has yet may stand here. */
static const struct role_row rows[] = {
    /* GW-08: money, and no resources */
    {ACCESS_ROLE_FINANCE,
     {"gateway.account.list",
      "gateway.account.sum",
      "gateway.approval.*",
      "gateway.blocker.explain",
      "gateway.ceiling.get",
      "gateway.closing.list",
      "gateway.customer.list",
      "gateway.overview.get",
      "gateway.readiness.get",
      "identity.account.get",
      "identity.billing_address.add",
      "identity.company.list",
      "identity.freeze.list",
      "identity.onboarding.*",
      "identity.promotion.activate",
      "identity.promotion.activate_trial",
      "identity.promotion.list_activations",
      "identity.relation.get_billing_control",
      "identity.relation.list",
      "identity.role.list",
      "identity.upstream.get",
      "ledger.account.get",
      "ledger.allocation.*",
      "ledger.audit.run",
      "ledger.balance.get",
      "ledger.bill.*",
      "ledger.change.watch",
      "ledger.credit_contract.list",
      "ledger.credit_limit.get",
      "ledger.credit_limit.set",
      "ledger.hold.get",
      "ledger.hold.list",
      "ledger.lot.list",
      "ledger.order.*",
      "ledger.posting.list",
      "ledger.proof.read",
      "ledger.purchase.get",
      "ledger.purchase.list",
      "ledger.purchase.list_paid_for",
      "ledger.quota.*",
      "ledger.spending_permission.set",
      "ledger.transfer.*",
      "payments.*",
      "sharing.asset.get",
      "sharing.asset.list",
      "sharing.automatic_rule.list",
      "sharing.benefit.check",
      "sharing.coupon.*",
      "sharing.coupon_pool.list",
      "sharing.organization.list",
      "sharing.share.list"},
     {NULL}},
    /* GW-08: resources, and no funds */
    {ACCESS_ROLE_TECHNOLOGY,
     {"gateway.account.list",
      "gateway.blocker.explain",
      "gateway.overview.get",
      "gateway.readiness.get",
      "identity.account.get",
      "identity.onboarding.get",
      "identity.region.confirm",
      "ledger.account.get",
      "ledger.balance.get",
      "ledger.hold.*",
      "ledger.order.*",
      "ledger.purchase.*",
      "ledger.quota.get",
      "ledger.quota.list",
      "sharing.asset.get",
      "sharing.asset.list",
      "sharing.automatic_rule.list",
      "sharing.benefit.check",
      "sharing.organization.list",
      "sharing.share.list"},
     {NULL}},
    /* GW-01 */
    {ACCESS_ROLE_AGENCY_BILLING_VIEWER,
     {"gateway.account.list",    "gateway.account.sum",  "gateway.customer.list",
      "gateway.overview.get",    "identity.account.get", "ledger.account.get",
      "ledger.balance.get",      "ledger.bill.list",     "ledger.credit_contract.list",
      "ledger.credit_limit.get", "ledger.invoice.get",   "ledger.invoice.list",
      "ledger.lot.list",         "ledger.posting.list",  "ledger.proof.read",
      "ledger.purchase.get",     "ledger.purchase.list", "ledger.purchase.list_paid_for",
      "ledger.quota.get",        "ledger.quota.list"},
     {"identity.billing_address.*", "identity.tax.*", "payments.auto_recharge.*",
      "payments.currency.set", "payments.payment_method.add", "payments.payment_method.remove",
      "payments.top_up.create"}},
    /* GW-05: how an account does, in bands; nothing that cannot be masked: no proof, no audit, no
     * trial of an order */
    {ACCESS_ROLE_CLIENT_SUCCESS,
     {"gateway.account.list",    "gateway.account.sum",
      "gateway.customer.list",   "gateway.blocker.explain",
      "gateway.overview.get",    "gateway.readiness.get",
      "identity.account.get",    "identity.onboarding.get",
      "identity.role.list",      "ledger.account.get",
      "ledger.allocation.get",   "ledger.balance.get",
      "ledger.bill.list",        "ledger.change.watch",
      "ledger.credit_limit.get", "ledger.hold.get",
      "ledger.hold.list",        "ledger.lot.list",
      "ledger.posting.list",     "ledger.purchase.get",
      "ledger.purchase.list",    "ledger.purchase.list_paid_for",
      "ledger.quota.get",        "ledger.quota.list",
      "ledger.transfer.get",     "ledger.transfer.list",
      "payments.top_up.get",     "payments.top_up.list",
      "sharing.asset.get",       "sharing.asset.list"},
     {NULL}},
    /* GW-03 */
    {ACCESS_ROLE_BILLING_FREEZER, {"identity.freeze.*"}, {NULL}},
    /* GW-02: what was allocated to the account, and no other money */
    {ACCESS_ROLE_ISOLATED_SPEND,
     {"gateway.account.list", "gateway.blocker.explain", "gateway.overview.get",
      "gateway.readiness.get", "identity.region.confirm", "ledger.account.get",
      "ledger.balance.get", "ledger.hold.*", "ledger.order.*", "ledger.purchase.*",
      "sharing.benefit.check"},
     {"ledger.allocation.create", "ledger.allocation.decline", "ledger.allocation.reclaim",
      "ledger.credit_limit.confirm", "ledger.purchase.order_from_agent", "ledger.quota.offset",
      "ledger.quota.set", "ledger.transfer.create", "ledger.transfer.revoke",
      "payments.payment_method.add", "payments.payment_method.remove", "payments.top_up.create"}},
    /* issue 11: who operates, and what they did; no customer's money and no company */
    {ACCESS_ROLE_OPERATOR_ADMINISTRATOR,
     {"gateway.act.list_all", "identity.channel_policy.*", "identity.look.list",
      "identity.operator.*"},
     {NULL}},
    {ACCESS_ROLE_OPERATOR_REVIEW,
     {"gateway.approval.*", "gateway.blocker.explain", "identity.company.*",
      "identity.customer.find", "identity.evidence_file.*", "identity.freeze.list*",
      "identity.look.*", "identity.hand_over.*", "identity.partner.*", "identity.real_name.*",
      "identity.session_policy.clear_networks", "ledger.credit_risk.list",
      "payments.payment_method.list_shared"},
     {NULL}},
    /* a customer's money by a look alone (OPERATOR_LOOK), but for what waits for this role; a
     * company's changes whole take this role beside the look */
    {ACCESS_ROLE_OPERATOR_FINANCE,
     {"gateway.act.list_all",
      "gateway.approval.*",
      "gateway.blocker.explain",
      "gateway.saga.*",
      "identity.channel_policy.get",
      "identity.company.list",
      "identity.customer.find",
      "identity.freeze.list*",
      "identity.look.*",
      "identity.partner.list",
      "identity.promotion.*",
      "ledger.account.update",
      "ledger.adjustment.create",
      "ledger.audit.run",
      "ledger.change.watch_company",
      "ledger.credit_limit.set",
      "ledger.credit_line.set",
      "ledger.credit_risk.list",
      "ledger.order.*",
      "ledger.override.*",
      "ledger.purchase.refund",
      "ledger.transit.list",
      "ledger.usage.*",
      "payments.payment_method.list_shared",
      "payments.top_up.*",
      "payments.wire.receive",
      "sharing.asset.register",
      "sharing.coupon_pool.request",
      "sharing.payment_relation.*"},
     {NULL}},
    /* reads what waits and who acted; a customer's money and contacts by a look alone */
    {ACCESS_ROLE_OPERATOR_SUPPORT,
     {"gateway.act.list_all", "gateway.approval.get", "gateway.approval.list",
      "gateway.blocker.explain", "gateway.saga.list", "identity.channel_policy.get",
      "identity.company.list", "identity.customer.find", "identity.freeze.list*", "identity.look.*",
      "identity.partner.list", "identity.promotion.list", "ledger.audit.run",
      "ledger.override.list", "ledger.transit.list", "payments.top_up.list_unsettled"},
     {NULL}},
    /* what members and administrators read, in an account that an operator looks into */
    {ACCESS_ROLE_OPERATOR_LOOK,
     {"gateway.act.list",
      "gateway.blocker.explain",
      "gateway.ceiling.get",
      "gateway.closing.list",
      "gateway.overview.get",
      "gateway.account.list",
      "gateway.account.sum",
      "gateway.customer.list",
      "gateway.permission.check_other",
      "gateway.readiness.get",
      "identity.account.get",
      "identity.company.list",
      "identity.custom_role.get",
      "identity.custom_role.list",
      "identity.evidence_file.list",
      "identity.freeze.list",
      "identity.hand_over.get",
      "identity.invitation.list",
      "identity.key.list",
      "identity.look.list",
      "identity.mfa_policy.get",
      "identity.onboarding.export",
      "identity.onboarding.get",
      "identity.onboarding.list",
      "identity.program.list",
      "identity.promotion.list_activations",
      "identity.real_name.list",
      "identity.relation.check",
      "identity.relation.get_billing_control",
      "identity.relation.list",
      "identity.relation.list_invitations",
      "identity.role.list",
      "identity.security_event.list_account",
      "identity.session_policy.get",
      "identity.upstream.get",
      "ledger.account.get",
      "ledger.allocation.get",
      "ledger.allocation.list",
      "ledger.balance.get",
      "ledger.bill.list",
      "ledger.change.watch",
      "ledger.credit_contract.list",
      "ledger.credit_limit.get",
      "ledger.hold.get",
      "ledger.hold.list",
      "ledger.lot.list",
      "ledger.posting.list",
      "ledger.proof.read",
      "ledger.purchase.get",
      "ledger.purchase.list",
      "ledger.purchase.list_paid_for",
      "ledger.quota.get",
      "ledger.quota.list",
      "ledger.transfer.get",
      "ledger.transfer.list",
      "payments.account.get",
      "payments.payment_method.get",
      "payments.payment_method.list",
      "payments.top_up.get",
      "payments.top_up.list",
      "sharing.asset.get",
      "sharing.asset.list",
      "sharing.automatic_rule.list",
      "sharing.benefit.check",
      "sharing.coupon_pool.list",
      "sharing.organization.list",
      "sharing.share.list"},
     {NULL}},
};

#define ROLE_NAME(role, bit, name) {role, name},
static const struct {
    enum access_role role;
    const char *name;
} names[] = {ACCESS_ROLES(ROLE_NAME)};
static_assert(sizeof names / sizeof *names == ACCESS_ROLE_COUNT, "every role is counted");

void role_print(unsigned roles, char text[ROLE_TEXT_SIZE])
{
    size_t length = 0;
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++) {
        size_t size = strlen(names[i].name);
        if ((roles & names[i].role) == 0)
            continue;
        assert(length + size + 2 <= ROLE_TEXT_SIZE);
        if (length > 0)
            text[length++] = ',';
        memcpy(text + length, names[i].name, size);
        length += size;
    }
    text[length] = '\0';
}

const char *role_name(enum access_role role)
{
    size_t i = 0;
    while (names[i].role != role && i + 1 < ACCESS_ROLE_COUNT)
        i++;
    assert(names[i].role == role);
    return names[i].name;
}

unsigned role_named(const char *name)
{
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].role;
    return 0;
}

unsigned roles_named(const char *list)
{
    unsigned roles = 0;
    assert(list != NULL);
    for (size_t i = 0; i < ACCESS_ROLE_COUNT; i++)
        if (actor_roles_hold(list, names[i].name))
            roles |= names[i].role;
    return roles;
}

bool role_pattern_names(const char *pattern, const char *permission)
{
    size_t length = strlen(pattern);
    assert(permission != NULL);
    if (length == 0 || pattern[length - 1] != '*')
        return strcmp(pattern, permission) == 0;
    return strncmp(pattern, permission, length - 1) == 0;
}

static bool any_names(const char *const *patterns, const char *permission)
{
    assert(patterns != NULL && permission != NULL);
    while (*patterns != NULL && !role_pattern_names(*patterns, permission))
        patterns++;
    return *patterns != NULL;
}

static unsigned first_that_allows(unsigned roles, const char *permission)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((roles & rows[i].role) != 0 && any_names(rows[i].allows, permission))
            return rows[i].role;
    return 0;
}

unsigned role_that_allows(unsigned roles, const char *permission)
{
    unsigned role = first_that_allows(roles & ~(unsigned)MASKED_ROLES, permission);
    return role != 0 ? role : first_that_allows(roles & MASKED_ROLES, permission);
}

bool role_is_masked(unsigned role)
{
    return (role & MASKED_ROLES) != 0;
}

unsigned role_that_denies(unsigned roles, const char *permission)
{
    assert(roles < 1u << ACCESS_ROLE_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((roles & rows[i].role) != 0 && any_names(rows[i].denies, permission))
            return rows[i].role;
    return 0;
}

static size_t count_of(const char *const *patterns)
{
    size_t count = 0;
    assert(patterns != NULL);
    while (patterns[count] != NULL)
        count++;
    return count;
}

struct role_patterns role_patterns_of(enum access_role role)
{
    assert(role != 0 && ((unsigned)role & ((unsigned)role - 1)) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].role == role)
            return (struct role_patterns){rows[i].allows, count_of(rows[i].allows), rows[i].denies,
                                          count_of(rows[i].denies)};
    return (struct role_patterns){.allow_count = 0};
}

static bool one_names(const char *const *patterns, size_t count, const char *permission)
{
    size_t i = 0;
    assert(permission != NULL && (count == 0 || patterns != NULL));
    while (i < count && !role_pattern_names(patterns[i], permission))
        i++;
    return i < count;
}

bool role_patterns_allow(const struct role_patterns *patterns, const char *permission)
{
    assert(patterns != NULL);
    return one_names(patterns->allows, patterns->allow_count, permission);
}

bool role_patterns_deny(const struct role_patterns *patterns, const char *permission)
{
    assert(patterns != NULL);
    return one_names(patterns->denies, patterns->deny_count, permission);
}
