#include "gateway/domain/blocker.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/company.h"
#include "gateway/domain/refusals.h"
#include "gateway/domain/role.h"
#include "gateway/domain/target.h"

static const struct refusal refusals[] = {BLOCKER_REFUSALS(REFUSAL_ROW)};

static const struct refusal *no_if(bool stands, enum blocker_refused refused)
{
    assert(refused > BLOCKER_NONE && refused < BLOCKER_REFUSED_END);
    return stands ? &refusals[refused - 1] : NULL;
}

static const struct refusal *lacks_unless(bool is_there, enum readiness_step step)
{
    assert(step > READINESS_NONE && step < READINESS_STEP_END);
    return is_there ? NULL : readiness_refusal(step);
}

/* ---- what takes more than a word ---- */

static const struct refusal *above_ceiling(const struct blocker_facts *facts)
{
    assert(facts->ceiling <= CEILING_TAKES_TWO);
    if (facts->ceiling == CEILING_KEPT)
        return NULL;
    return facts->others_may_approve ? &approval_required : ceiling_refusal(facts->ceiling);
}

static bool demands(const struct readiness_facts *ready, enum policy_step step) /* ID-42 */
{
    assert(ready != NULL);
    return (ready->provisioning_steps & (unsigned)step) != 0;
}

static bool has_real_name(const struct readiness_facts *ready) /* ID-08 */
{
    assert(ready->region != NULL);
    bool of_user = ready->for_another ? ready->another_registered : ready->real_name_registered;
    return (of_user || !region_is_mainland_china(ready->region)) &&
           (ready->real_name_registered || !demands(ready, POLICY_COMPANY));
}

static bool has_factor(const struct readiness_facts *ready)
{
    return ready->factor_enrolled || !demands(ready, POLICY_FACTOR);
}

/* ID-42: of the steps before features, one that is open. */
static bool lacks_for_features(const struct readiness_facts *ready, enum policy_step step,
                               bool is_done)
{
    assert(ready != NULL);
    return !is_done && (ready->feature_steps & (unsigned)step) != 0;
}

static bool asks_in_other_currency(const struct blocker_facts *facts)
{
    assert(facts->currency != NULL && facts->asked_currency != NULL);
    return facts->currency[0] != '\0' && facts->asked_currency[0] != '\0' &&
           strcmp(facts->currency, facts->asked_currency) != 0;
}

/* The ledger's gate before passing anything on (D.6). */
static const struct refusal *gate(const struct blocker_facts *facts, enum blocker_refused refused)
{
    assert(facts->transfer_gate != NULL);
    return no_if(strcmp(facts->transfer_gate, refusals[refused - 1].reason) == 0, refused);
}

/* Without an amount: nothing at all is left of it. */
static bool is_above_quota(const struct blocker_facts *facts)
{
    bool is_above = facts->asked_micros > facts->quota_micros || facts->quota_micros <= 0;
    return facts->on_behalf && facts->agreed && facts->quota_known && is_above;
}

static bool is_short(const struct blocker_facts *facts)
{
    assert(facts->asked_micros >= 0);
    return facts->asked_micros > 0 && facts->asked_micros > facts->available_micros;
}

static bool waits_for_contract(const struct blocker_facts *facts) /* LED-14 */
{
    int64_t lacking;
    return is_short(facts) &&
           !__builtin_sub_overflow(facts->asked_micros, facts->available_micros, &lacking) &&
           lacking <= facts->waiting_micros;
}

static bool is_above_transferable(const struct blocker_facts *facts)
{
    return facts->asked_micros > 0 && facts->asked_micros > facts->transferable_micros;
}

/* ---- the table ---- */

#define ACT_SPEND (ACT_BUY | ACT_TRANSFER)
#define ACT_PROVISION (ACT_BUY | ACT_RUN | ACT_TRIAL)

/* X(list, acts, of readiness, owner, the refusal of its facts; NULL: not in the way, how to mend)
 */
#define BLOCKER_ROWS(X)                                                                          \
    X(BLOCKER_FEATURE, ACT_CALL, false, "gateway",                                               \
      facts->access == ACCESS_GRANTED ? NULL : access_refusal(facts->access),                    \
      "Ask an administrator of the account for a role that allows it.")                          \
    X(BLOCKER_FEATURE, ACT_CALL, false, "identity",                                              \
      facts->step_up == STEP_UP_PASSED ? NULL : step_up_refusal(facts->step_up),                 \
      "Prove a factor, or enrol one first; then repeat the call.")                               \
    X(BLOCKER_RESOURCE, ACT_CALL, false, "identity",                                             \
      facts->freeze == FREEZE_PASSED ? NULL : freeze_refusal(facts->freeze),                     \
      "Ask a billing freezer to undo the freeze, or wait until it ends.")                        \
    X(BLOCKER_RESOURCE, ACT_RUN, false, "identity",                                              \
      no_if(facts->freeze_level == FREEZE_PAYG_SUSPEND, BLOCKER_PAYG_FROZEN),                    \
      "Ask a billing freezer to undo the freeze, or wait until it ends.")                        \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "identity",                                          \
      facts->ready.corporate && !facts->ready.real_name_registered                               \
          ? company_refusal(COMPANY_NOT_VERIFIED)                                                \
          : NULL,                                                                                \
      "Submit the company, and wait until it is verified.")                                      \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "identity",                                          \
      facts->ready.corporate ? NULL : company_refusal(COMPANY_NOT_CORPORATE),                    \
      "Only accounts of companies pass money on; open a corporate account.")                     \
    X(BLOCKER_BILLING, ACT_ADD_ADDRESS, false, "identity",                                       \
      no_if(!facts->ready.second_channel_verified, BLOCKER_SECOND_CHANNEL),                      \
      "Verify the other channel by a code.")                                                     \
    X(BLOCKER_BILLING, ACT_PROVISION, true, "identity",                                          \
      no_if(demands(&facts->ready, POLICY_SECOND_CHANNEL) &&                                     \
                !facts->ready.second_channel_verified,                                           \
            BLOCKER_SECOND_CHANNEL),                                                             \
      "Verify the other channel by a code.")                                                     \
    X(BLOCKER_BILLING, ACT_RUN | ACT_TRIAL, false, "identity",                                   \
      lacks_unless(facts->ready.billing_address_present ||                                       \
                       !demands(&facts->ready, POLICY_BILLING_ADDRESS),                          \
                   READINESS_BILLING_ADDRESS),                                                   \
      "Add the billing address.")                                                                \
    X(BLOCKER_BILLING, ACT_PROVISION, true, "identity",                                          \
      facts->step_up == STEP_UP_FACTOR_MISSING || has_factor(&facts->ready)                      \
          ? NULL                                                                                 \
          : step_up_refusal(STEP_UP_FACTOR_MISSING),                                             \
      "Enrol a factor; then repeat the call.")                                                   \
    X(BLOCKER_FEATURE, ACT_FEATURE, false, "identity",                                           \
      no_if(lacks_for_features(&facts->ready, POLICY_SECOND_CHANNEL,                             \
                               facts->ready.second_channel_verified),                            \
            BLOCKER_SECOND_CHANNEL),                                                             \
      "Verify the other channel by a code.")                                                     \
    X(BLOCKER_FEATURE, ACT_FEATURE, false, "identity",                                           \
      lacks_unless(!lacks_for_features(&facts->ready, POLICY_BILLING_ADDRESS,                    \
                                       facts->ready.billing_address_present),                    \
                   READINESS_BILLING_ADDRESS),                                                   \
      "Add the billing address.")                                                                \
    X(BLOCKER_FEATURE, ACT_FEATURE, false, "identity",                                           \
      lacks_unless(                                                                              \
          !lacks_for_features(&facts->ready, POLICY_COMPANY, facts->ready.real_name_registered), \
          READINESS_REAL_NAME),                                                                  \
      "Submit the company, and wait until it is verified.")                                      \
    X(BLOCKER_FEATURE, ACT_FEATURE, false, "identity",                                           \
      facts->step_up != STEP_UP_FACTOR_MISSING &&                                                \
              lacks_for_features(&facts->ready, POLICY_FACTOR, facts->ready.factor_enrolled)     \
          ? step_up_refusal(STEP_UP_FACTOR_MISSING)                                              \
          : NULL,                                                                                \
      "Enrol a factor; then repeat the call.")                                                   \
    X(BLOCKER_BILLING, ACT_BUY | ACT_TOP_UP | ACT_ADD_METHOD, true, "identity",                  \
      lacks_unless(facts->ready.billing_address_present, READINESS_BILLING_ADDRESS),             \
      "Add the billing address.")                                                                \
    X(BLOCKER_BILLING, ACT_BUY, true, "payments",                                                \
      lacks_unless(facts->ready.currency_set, READINESS_CURRENCY), "Set the currency.")          \
    X(BLOCKER_BILLING, ACT_BUY, true, "payments",                                                \
      lacks_unless(facts->ready.payment_method_present || facts->ready.another_pays,             \
                   READINESS_PAYMENT_METHOD),                                                    \
      "Add a payment method.")                                                                   \
    X(BLOCKER_BILLING, ACT_RUN | ACT_TRIAL, false, "identity",                                   \
      lacks_unless(facts->ready.real_name_registered || !demands(&facts->ready, POLICY_COMPANY), \
                   READINESS_REAL_NAME),                                                         \
      "Submit the company, and wait until it is verified.")                                      \
    X(BLOCKER_BILLING, ACT_BUY, true, "identity",                                                \
      lacks_unless(has_real_name(&facts->ready), READINESS_REAL_NAME),                           \
      "Submit the company or your real name, and wait until it is verified; or, for a region's " \
      "sake, buy "                                                                               \
      "in another.")                                                                             \
    X(BLOCKER_BILLING, ACT_BUY, true, "identity",                                                \
      lacks_unless(!region_waits(&facts->ready), READINESS_REGION),                              \
      "Confirm the region once, or buy in the preferred one.")                                   \
    X(BLOCKER_FEATURE, ACT_BUY, false, "gateway",                                                \
      no_if(facts->region_without, BLOCKER_REGION_WITHOUT), "Choose another region.")            \
    X(BLOCKER_FEATURE, ACT_BUY, false, "gateway",                                                \
      no_if(facts->plan_without, BLOCKER_PLAN_WITHOUT), "Choose another plan.")                  \
    X(BLOCKER_FEATURE, ACT_CALL, false, "gateway", above_ceiling(facts),                         \
      "Ask for less, or have a role with a higher ceiling do it or approve it.")                 \
    X(BLOCKER_BILLING, ACT_BOOKED | ACT_RUN, false, "ledger",                                    \
      no_if(!facts->opened, BLOCKER_NOT_OPENED),                                                 \
      "Add the billing address: the books are opened with it.")                                  \
    X(BLOCKER_RESOURCE, ACT_SPEND | ACT_TOP_UP | ACT_RUN, false, "ledger",                       \
      no_if(facts->closed, BLOCKER_CLOSED), "A closed account stays closed; open another.")      \
    X(BLOCKER_RESOURCE, ACT_SPEND, false, "ledger",                                              \
      no_if(facts->frozen && !facts->on_behalf, BLOCKER_FROZEN),                                 \
      "The provider froze it; talk to your business manager.")                                   \
    X(BLOCKER_BILLING, ACT_SPEND, false, "ledger", no_if(facts->read_only, BLOCKER_SPENDING),    \
      "Ask an administrator of an account above it to permit spending.")                         \
    X(BLOCKER_BILLING, ACT_TOP_UP, false, "gateway",                                             \
      facts->read_only ? target_refusal(TARGET_READ_ONLY) : NULL,                                \
      "Say accept_read_only if that is meant, or have spending permitted first.")                \
    X(BLOCKER_BILLING, ACT_TOP_UP, false, "payments",                                            \
      no_if(!facts->ready.currency_set, BLOCKER_CURRENCY_NOT_SET), "Set the currency.")          \
    X(BLOCKER_BILLING, ACT_SPEND | ACT_TOP_UP, false, "ledger",                                  \
      no_if(asks_in_other_currency(facts), BLOCKER_CURRENCY_MISMATCH),                           \
      "Order in the account's currency, or in an account of the other.")                         \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "ledger", gate(facts, BLOCKER_PAY_ON_BEHALF),        \
      "The partner who pays decides; talk to the partner.")                                      \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "ledger", gate(facts, BLOCKER_RECEIVABLES),          \
      "Pay the bills that are due.")                                                             \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "ledger", gate(facts, BLOCKER_OVERDUE),              \
      "Pay the bills that are due.")                                                             \
    X(BLOCKER_RESOURCE, ACT_RUN, false, "ledger", no_if(facts->suspended, BLOCKER_SUSPENDED),    \
      "Top up until the available amount is above the line.")                                    \
    X(BLOCKER_BILLING, ACT_BUY, false, "ledger",                                                 \
      no_if(facts->on_behalf && (facts->frozen || facts->overdue), BLOCKER_PAYER_UNAVAILABLE),   \
      "Ask the payer to mend it, or pay by yourself.")                                           \
    X(BLOCKER_RESOURCE, ACT_BUY | ACT_RUN, false, "ledger",                                      \
      no_if(facts->on_behalf && !facts->agreed, BLOCKER_NOT_AGREED),                             \
      "Agree in the relation that the agent pays.")                                              \
    X(BLOCKER_RESOURCE, ACT_BUY | ACT_RUN, false, "ledger",                                      \
      no_if(facts->on_behalf && facts->agreed && !facts->quota_known, BLOCKER_QUOTA_UNKNOWN),    \
      "Set a quota for the sub-account.")                                                        \
    X(BLOCKER_RESOURCE, ACT_BUY | ACT_RUN, false, "ledger",                                      \
      no_if(is_above_quota(facts), BLOCKER_QUOTA_EXCEEDED),                                      \
      "Raise the sub-account's quota, or offset what it used.")                                  \
    X(BLOCKER_BILLING, ACT_BUY, false, "ledger",                                                 \
      no_if(facts->on_behalf &&is_short(facts), BLOCKER_PAYER_INSUFFICIENT),                     \
      "Top up the paying account.")                                                              \
    X(BLOCKER_BILLING, ACT_BUY, false, "ledger",                                                 \
      no_if(!facts->on_behalf && waits_for_contract(facts), BLOCKER_CONTRACT_PENDING),           \
      "Confirm the credit contract.")                                                            \
    X(BLOCKER_BILLING, ACT_BUY, false, "ledger",                                                 \
      no_if(!facts->on_behalf && is_short(facts) && !waits_for_contract(facts),                  \
            BLOCKER_AVAILABLE),                                                                  \
      "Top up, or order less.")                                                                  \
    X(BLOCKER_BILLING, ACT_TRANSFER, false, "ledger",                                            \
      no_if(is_above_transferable(facts), BLOCKER_TRANSFERABLE),                                 \
      "Top up, or transfer less: what others transferred in is not passed on.")                  \
    X(BLOCKER_RESOURCE, ACT_RUN, false, "gateway",                                               \
      no_if((facts->parts & PART_NETWORK) != 0, BLOCKER_NETWORK),                                \
      "Look at the rules of the network and the security groups.")                               \
    X(BLOCKER_CHARGE, ACT_CHARGE, false, "ledger",                                               \
      no_if((facts->parts & PART_STORAGE) != 0, BLOCKER_STORAGE),                                \
      "Look for disks, objects and traffic that outlived the resource.")                         \
    X(BLOCKER_CHARGE, ACT_CHARGE, false, "ledger",                                               \
      no_if((facts->parts & PART_ADDRESS) != 0, BLOCKER_ADDRESS),                                \
      "Release load balancers and addresses that nothing uses.")                                 \
    X(BLOCKER_CHARGE, ACT_CHARGE, false, "ledger",                                               \
      no_if((facts->parts & PART_BACKUP) != 0, BLOCKER_BACKUP),                                  \
      "Delete backups and snapshots, or shorten how long they are kept.")

#define BLOCKER_ROW(list, acts, of_readiness, owner, refusal, mend) \
    {(list), (acts), (of_readiness), (owner), (mend)},
static const struct blocker rows[] = {BLOCKER_ROWS(BLOCKER_ROW)};
#define BLOCKER_COUNT (sizeof rows / sizeof *rows)
static_assert(BLOCKER_COUNT <= BLOCKERS_MAX, "all of them may stand at once");

/* In the places of the rows. */
struct judgement {
    const struct refusal *refusals[BLOCKER_COUNT];
};

#define BLOCKER_JUDGED(list, acts, of_readiness, owner, refusal, mend) (refusal),
static struct judgement judge(const struct blocker_facts *facts)
{
    assert(facts->ready.region != NULL && facts->ready.preferred_region != NULL);
    return (struct judgement){{BLOCKER_ROWS(BLOCKER_JUDGED)}};
}

const struct blocker *blocker_list(size_t *count)
{
    *count = BLOCKER_COUNT;
    return rows;
}

/* The kinds of an act; the first pattern that names it. All that is not here is a call. */
static const struct {
    const char *pattern;
    unsigned acts;
} acts[] = {
    {"resource.run", ACT_RUN},
    {"charge.explain", ACT_CHARGE},
    {"ledger.purchase.create", ACT_CALL | ACT_BUY},
    {"ledger.purchase.order_from_agent", ACT_CALL | ACT_FROM_AGENT},
    {"ledger.hold.place", ACT_CALL | ACT_BUY},
    {"ledger.hold.place_from_agent", ACT_CALL | ACT_FROM_AGENT},
    {"ledger.transfer.create", ACT_CALL | ACT_BOOKED | ACT_TRANSFER},
    {"payments.top_up.create", ACT_CALL | ACT_TOP_UP},
    {"payments.payment_method.add", ACT_CALL | ACT_ADD_METHOD},
    {"identity.billing_address.add", ACT_CALL | ACT_ADD_ADDRESS},
    {"ledger.*", ACT_CALL | ACT_BOOKED},
    {"identity.promotion.activate_trial", ACT_CALL | ACT_TRIAL},
    {"identity.key.create", ACT_CALL | ACT_FEATURE},
    {"identity.key.register_certificate", ACT_CALL | ACT_FEATURE},
    {"identity.program.create", ACT_CALL | ACT_FEATURE},
    {"sharing.automatic_rule.set", ACT_CALL | ACT_FEATURE},
    {"sharing.coupon.issue", ACT_CALL | ACT_FEATURE},
    {"sharing.organization.create", ACT_CALL | ACT_FEATURE},
    {"sharing.share.create", ACT_CALL | ACT_FEATURE},
    {"", ACT_CALL},
};

unsigned blocker_acts(const char *action)
{
    size_t i = 0;
    assert(action != NULL);
    while (acts[i].pattern[0] != '\0' && !role_pattern_names(acts[i].pattern, action))
        i++;
    bool is_rpc = route_find_permission(action) != NULL;
    return is_rpc || (acts[i].acts & ACT_CALL) == 0 ? acts[i].acts : 0;
}

bool blocker_is_feature(const struct route *route)
{
    assert(route != NULL);
    return (blocker_acts(route->permission) & ACT_FEATURE) != 0;
}

bool blocker_is_explained(const struct route *route)
{
    return strcmp(route->permission, "gateway.blocker.explain") == 0;
}

/* Where another pays, of a purchase's rows those of readiness alone are of the account that
 * orders. */
static bool is_asked(const struct blocker *row, unsigned acts_asked)
{
    return (row->acts & acts_asked) != 0 ||
           ((acts_asked & ACT_FROM_AGENT) != 0 && row->of_readiness);
}

/* GW-10, ID-35 */
size_t blockers_find(const struct blocker_facts *facts, unsigned acts_asked,
                     struct blocker_found found[BLOCKERS_MAX])
{
    const struct judgement judged = judge(facts);
    size_t count = 0;
    for (size_t i = 0; i < BLOCKER_COUNT; i++)
        if (is_asked(&rows[i], acts_asked) && judged.refusals[i] != NULL)
            found[count++] = (struct blocker_found){&rows[i], judged.refusals[i]};
    assert(count <= BLOCKERS_MAX);
    return count;
}

/* Only what an account lacks, before anything is known of the call. */
static struct blocker_facts facts_of_account(const struct readiness_facts *ready)
{
    return (struct blocker_facts){
        .ready = *ready, .transfer_gate = "", .currency = "", .asked_currency = ""};
}

size_t blockers_of_readiness(const struct readiness_facts *ready,
                             struct blocker_found found[BLOCKERS_MAX])
{
    const struct blocker_facts facts = facts_of_account(ready);
    const struct judgement judged = judge(&facts);
    size_t count = 0;
    for (size_t i = 0; i < BLOCKER_COUNT; i++)
        if (rows[i].of_readiness && judged.refusals[i] != NULL)
            found[count++] = (struct blocker_found){&rows[i], judged.refusals[i]};
    assert(count <= BLOCKERS_MAX);
    return count;
}

/* ID-42 */
size_t blockers_of_policy(const struct readiness_facts *ready, unsigned acts_asked,
                          struct blocker_found found[BLOCKERS_MAX])
{
    const struct blocker_facts facts = facts_of_account(ready);
    assert((acts_asked & ~(unsigned)(ACT_FEATURE | ACT_TRIAL)) == 0);
    return blockers_find(&facts, acts_asked, found);
}
