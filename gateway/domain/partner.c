#include "gateway/domain/partner.h"

#include <assert.h>
#include <stddef.h>

#include "gateway/domain/role.h"

/* A permission that no rpc has yet may stand here. Statements of postings, transfers, top-ups and
 * the stream of changes name the customer's other sources, so none is here. */
static const struct {
    enum partner_permission term;
    const char *pattern;
} rows[] = {
    {PARTNER_VIEW_BALANCE, "ledger.balance.get"},
    {PARTNER_VIEW_BALANCE, "ledger.lot.list"}, /* of its own source alone */
    {PARTNER_VIEW_CONSUMPTION, "ledger.purchase.get"},
    {PARTNER_VIEW_CONSUMPTION, "ledger.purchase.list"},
    {PARTNER_VIEW_CONSUMPTION, "ledger.bill.list"},
    {PARTNER_MANAGE_INVOICES, "ledger.invoice.*"},
    {PARTNER_FREEZE_RECHARGE, "identity.freeze.begin"},
    {PARTNER_FREEZE_RECHARGE, "identity.freeze.confirm"},
    {PARTNER_FREEZE_RECHARGE, "identity.freeze.undo"},
    {PARTNER_FREEZE_RECHARGE, "identity.freeze.list"}, /* the partner's own */
    {PARTNER_HANDOVER, "identity.hand_over.begin"},
    {PARTNER_HANDOVER, "identity.hand_over.confirm"}, /* its own, as all that follows */
    {PARTNER_HANDOVER, "identity.hand_over.cancel"},
    {PARTNER_HANDOVER, "identity.hand_over.get"},
};

bool partner_is_permitted(unsigned terms, const char *permission)
{
    size_t i = 0, count = sizeof rows / sizeof *rows;
    assert(permission != NULL);
    while (i < count &&
           ((terms & 1u << rows[i].term) == 0 || !role_pattern_names(rows[i].pattern, permission)))
        i++;
    return i < count;
}
