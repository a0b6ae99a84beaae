#include "identity/domain/relation.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/base/text.h"

static const struct refusal obstacles[] = {RELATION_OBSTACLES(REFUSAL_ROW)};
static const struct refusal refusals[] = {RELATION_REFUSALS(REFUSAL_ROW)};

const struct refusal *relation_obstacle_refusal(enum relation_obstacle obstacle)
{
    assert(obstacle > OBSTACLE_NONE && obstacle < OBSTACLE_END);
    return &obstacles[obstacle - 1];
}

const struct refusal *relation_refusal(enum relation_verdict verdict)
{
    assert(verdict > RELATION_ACCEPTED && (size_t)verdict <= sizeof refusals / sizeof *refusals);
    return &refusals[verdict - 1];
}

/* ---- the terms ---- */

static const char *const permissions[] = {"",
                                          "VIEW_BALANCE",
                                          "VIEW_CONSUMPTION",
                                          "MANAGE_INVOICES",
                                          "KEEP_INVOICES",
                                          "KEEP_CASH",
                                          "SHARE_CREDIT",
                                          "SHARE_DISCOUNT",
                                          "ALLOCATE",
                                          "PAY_ON_BEHALF",
                                          "FREEZE_RECHARGE",
                                          "SET_CAP",
                                          "RESELL",
                                          "HANDOVER"};
static const char *const settlements[] = {"", "AGENT_PAYS", "ALLOCATION", "OWN_ACCOUNT"};
static const char *const recipients[] = {"", "CUSTOMER", "AGENT"};
static const char *const policies[] = {"", "IMMEDIATE", "DELAY", "NONE"};
static_assert(sizeof permissions / sizeof *permissions == RELATION_PERMISSION_END &&
                  sizeof settlements / sizeof *settlements == SETTLEMENT_END &&
                  sizeof recipients / sizeof *recipients == INVOICES_END &&
                  sizeof policies / sizeof *policies == SHUTDOWN_END,
              "each has its name");

const char *relation_permission_name(enum relation_permission permission)
{
    assert(permission > RELATION_PERMISSION_NONE && permission < RELATION_PERMISSION_END);
    return permissions[permission];
}

const char *settlement_mode_name(enum settlement_mode mode)
{
    assert(mode > SETTLEMENT_NONE && mode < SETTLEMENT_END);
    return settlements[mode];
}

const char *invoice_recipient_name(enum invoice_recipient recipient)
{
    assert(recipient > INVOICES_NONE && recipient < INVOICES_END);
    return recipients[recipient];
}

const char *shutdown_policy_name(enum shutdown_policy policy)
{
    assert(policy > SHUTDOWN_UNSET && policy < SHUTDOWN_END);
    return policies[policy];
}

/* Its place among names of which the first is nobody's; 0: there is none. */
static size_t place_of(const char *const *names, size_t count, const char *name)
{
    assert(names != NULL && count > 0);
    size_t place = count - 1;
    while (place > 0 && !text_equal(names[place], name))
        place--;
    return place;
}

enum settlement_mode settlement_mode_find(const char *name)
{
    return (enum settlement_mode)place_of(settlements, SETTLEMENT_END, name);
}

enum invoice_recipient invoice_recipient_find(const char *name)
{
    return (enum invoice_recipient)place_of(recipients, INVOICES_END, name);
}

enum shutdown_policy shutdown_policy_find(const char *name)
{
    return (enum shutdown_policy)place_of(policies, SHUTDOWN_END, name);
}

bool relation_terms_are_equal(const struct relation_terms *one, const struct relation_terms *other)
{
    return one->permissions == other->permissions && one->settlement == other->settlement &&
           text_equal(one->price_book, other->price_book) && one->invoices == other->invoices &&
           one->shutdown == other->shutdown && one->agent_purchases == other->agent_purchases;
}

bool relation_terms_are_reduced(const struct relation_terms *held,
                                const struct relation_terms *offered)
{
    struct relation_terms rest = *offered;
    bool takes_more = (offered->permissions & ~held->permissions) != 0 ||
                      (offered->agent_purchases && !held->agent_purchases);
    rest.permissions = held->permissions;
    rest.agent_purchases = held->agent_purchases;
    return !takes_more && relation_terms_are_equal(held, &rest) &&
           !relation_terms_are_equal(held, offered);
}

bool relation_price_book_is_one(const char *price_book)
{
    assert(price_book != NULL);
    size_t length = strnlen(price_book, RELATION_PRICE_BOOK_BYTES_MAX + 1);
    return length <= RELATION_PRICE_BOOK_BYTES_MAX &&
           strspn(price_book, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

void relation_permissions_print(unsigned bits, char separator, char text[RELATION_PERMISSIONS_SIZE])
{
    size_t length = 0;
    for (size_t i = RELATION_PERMISSION_NONE + 1; i < RELATION_PERMISSION_END; i++) {
        size_t size = strlen(permissions[i]);
        if ((bits & 1u << i) == 0)
            continue;
        assert(length + size + 2 <= RELATION_PERMISSIONS_SIZE);
        if (length > 0)
            text[length++] = separator;
        memcpy(text + length, permissions[i], size);
        length += size;
    }
    text[length] = '\0';
}

unsigned relation_permissions_find(const char *names)
{
    unsigned bits = 0;
    assert(names != NULL);
    while (*names != '\0') {
        size_t length = strcspn(names, " ");
        for (size_t i = RELATION_PERMISSION_NONE + 1; i < RELATION_PERMISSION_END; i++)
            if (strlen(permissions[i]) == length && memcmp(permissions[i], names, length) == 0)
                bits |= 1u << i;
        names += length + strspn(names + length, " ");
    }
    return bits;
}

void relation_offer_print(const struct relation_offer *offer, char text[RELATION_OFFER_SIZE])
{
    const struct relation_terms *terms = &offer->terms;
    char relation[ID_TEXT_SIZE], agent[ID_TEXT_SIZE], customer[ID_TEXT_SIZE];
    char names[RELATION_PERMISSIONS_SIZE];
    assert(relation_price_book_is_one(terms->price_book));
    relation_permissions_print(terms->permissions, ',', names);
    bool fits = text_print(
        text, RELATION_OFFER_SIZE,
        "kontor.relation.offer.1\nrelation_id=%s\nagent_account_id=%s\ncustomer_account_id=%s\n"
        "version=%" PRId64 "\npermissions=%s\nsettlement_mode=%s\nprice_book=%s\n"
        "invoice_recipient=%s\nshutdown_policy=%s\nagent_purchases=%s\nvalid_until_us=%" PRId64
        "\n",
        id_format(offer->relation_id, relation), id_format(offer->agent_id, agent),
        id_is_nil(offer->customer_id) ? "" : id_format(offer->customer_id, customer),
        offer->version, names, settlement_mode_name(terms->settlement), terms->price_book,
        invoice_recipient_name(terms->invoices), shutdown_policy_name(terms->shutdown),
        terms->agent_purchases ? "allowed" : "banned", offer->expires_us);
    assert(fits);
    (void)fits;
}

void relation_offer_hash(const struct relation_offer *offer, char hash[RELATION_HASH_SIZE])
{
    char text[RELATION_OFFER_SIZE];
    uint8_t digest[32];
    assert(offer->version > 0);
    relation_offer_print(offer, text);
    sha256(text, strlen(text), digest);
    bytes_to_hex(digest, sizeof digest, hash);
}

/* ---- how far a relation is ---- */

static const char *const outcomes[] = {[RELATION_REJECTED] = "REJECTED",
                                       [RELATION_CANCELLED_BY_PARENT] = "CANCELLED_BY_PARENT",
                                       [RELATION_EXPIRED] = "EXPIRED",
                                       [RELATION_ENDED] = "ENDED"};

const char *relation_outcome_name(enum relation_state outcome)
{
    assert(outcome >= RELATION_REJECTED && outcome <= RELATION_ENDED);
    return outcomes[outcome];
}

enum relation_state relation_outcome_find(const char *name)
{
    enum relation_state outcome = RELATION_REJECTED;
    if (name == NULL)
        return RELATION_STATE_NONE;
    while (outcome < RELATION_ENDED && !text_equal(name, outcomes[outcome]))
        outcome++;
    return outcome;
}

/* An end by itself counts from its very time on, whenever it is noted. */
enum relation_state relation_state(const struct relation *relation, int64_t now_us)
{
    assert(relation->created_us > 0 && now_us > 0);
    bool is_offered = relation->answered_us == 0 && now_us < relation->expires_us;
    if (relation->ended_us != 0)
        return relation->outcome;
    if (relation->begun_us == 0)
        return is_offered ? RELATION_OWNER_CONFIRMING : RELATION_EXPIRED;
    if (relation->effective_us != 0)
        return now_us < relation->effective_us ? RELATION_DISSOCIATING : RELATION_ENDED;
    return is_offered ? RELATION_CHANGE_CONFIRMING : RELATION_ACTIVE;
}

int64_t relation_end_us(const struct relation *relation, int64_t now_us)
{
    assert(now_us > 0);
    if (relation->ended_us != 0)
        return relation->ended_us;
    switch (relation_state(relation, now_us)) {
    case RELATION_EXPIRED:
        return relation->expires_us;
    case RELATION_ENDED:
        return relation->effective_us;
    default:
        return 0;
    }
}

/* ---- what stands in the way ---- */

/* ID-25 */
static bool line_is_too_long(int64_t edges)
{
    assert(edges >= 0);
    return edges > RELATION_DEPTH_MAX;
}

size_t relation_obstacles(const struct relation_facts *facts,
                          enum relation_obstacle found[RELATION_OBSTACLES_MAX])
{
    assert(facts->above >= 0 && facts->below >= 0);
    const bool stands[OBSTACLE_END] = {
        [OBSTACLE_NOT_AUTHORISED] = !facts->authorised || facts->agent_closed,
        [OBSTACLE_ASSOCIATED] = facts->associated,
        [OBSTACLE_CYCLE] = facts->cycle,
        [OBSTACLE_DEPTH] = line_is_too_long(facts->above + 1 + facts->below),
        [OBSTACLE_SAME_COMPANY] = facts->same_company,
        [OBSTACLE_OVERDUE] = facts->standing.overdue,
        [OBSTACLE_UNFINISHED] = facts->standing.unfinished,
        [OBSTACLE_REAL_NAME] = !facts->registered,
        [OBSTACLE_QUOTA_USED] = facts->standing.quota_used,
        [OBSTACLE_LOTS] = facts->standing.lots_remaining,
        [OBSTACLE_CLOSED] = facts->standing.closed || facts->customer_closed,
    };
    size_t count = 0;
    for (enum relation_obstacle each = OBSTACLE_NONE + 1; each < OBSTACLE_END; each++)
        if (stands[each])
            found[count++] = each;
    return count;
}

size_t relation_group_obstacles(const struct group_facts *facts,
                                enum relation_obstacle found[RELATION_OBSTACLES_MAX])
{
    size_t count = 0;
    assert(facts->above >= 0 && facts->below >= 0);
    if (facts->cycle)
        found[count++] = OBSTACLE_CYCLE;
    if (line_is_too_long(facts->above + facts->below))
        found[count++] = OBSTACLE_DEPTH;
    return count;
}

size_t relation_own_obstacles(const struct relation_facts *facts,
                              enum relation_obstacle found[RELATION_OBSTACLES_MAX])
{
    const struct relation_facts own = {.authorised = facts->authorised,
                                       .agent_closed = facts->agent_closed,
                                       .above = facts->above,
                                       .registered = true};
    return relation_obstacles(&own, found);
}

size_t relation_end_obstacles(const struct relation_standing *standing, bool by_agent,
                              enum relation_obstacle found[RELATION_OBSTACLES_MAX])
{
    struct relation_facts facts = {.authorised = true, .standing = *standing, .registered = true};
    facts.standing.quota_used = by_agent && standing->quota_used;
    return relation_obstacles(&facts, found);
}

/* ---- who asks, and who answers ---- */

bool relation_agent_pays(const struct relation_terms *terms)
{
    assert(terms != NULL);
    return terms->settlement == SETTLEMENT_AGENT_PAYS &&
           (terms->permissions & 1u << RELATION_PAY_ON_BEHALF) != 0;
}

enum relation_verdict relation_request_decide(bool exists, int64_t day)
{
    assert(day >= 0);
    if (exists)
        return RELATION_EXISTS;
    return day >= RELATIONS_DAY_MAX ? RELATION_DAY_MAX : RELATION_ACCEPTED;
}

enum relation_verdict relation_answer_decide(const struct relation_answer *answer, int64_t now_us)
{
    const struct relation *found = answer->found;
    assert(answer->agreed_hash == NULL || !answer->by_agent);
    if (found == NULL ||
        !id_equal(answer->account_id, answer->by_agent ? found->agent_id : found->customer_id))
        return RELATION_UNKNOWN;
    enum relation_state state = relation_state(found, now_us);
    if (state != RELATION_OWNER_CONFIRMING && state != RELATION_CHANGE_CONFIRMING)
        return RELATION_NOTHING_OFFERED;
    if (answer->agreed_hash != NULL && !text_equal(answer->agreed_hash, answer->offered_hash))
        return RELATION_OFFER_CHANGED;
    return RELATION_ACCEPTED;
}

/* ---- relations that hold ---- */

enum relation_verdict relation_change_decide(const struct relation *found, struct id account_id,
                                             bool equal, int64_t now_us)
{
    if (found == NULL || !id_equal(found->agent_id, account_id))
        return RELATION_UNKNOWN;
    if (relation_state(found, now_us) != RELATION_ACTIVE)
        return RELATION_NOT_ACTIVE;
    return equal ? RELATION_NOTHING_CHANGED : RELATION_ACCEPTED;
}

enum relation_verdict relation_end_decide(const struct relation_ending *ending, int64_t now_us)
{
    const struct relation *found = ending->found;
    assert(ending->endings >= 0);
    if (found == NULL || !id_equal(found->customer_id, ending->customer_id) ||
        !(id_equal(found->agent_id, ending->account_id) ||
          id_equal(found->customer_id, ending->account_id)))
        return RELATION_UNKNOWN;
    enum relation_state state = relation_state(found, now_us);
    if (state == RELATION_DISSOCIATING && ending->is_now &&
        !id_equal(found->ending_by, ending->account_id))
        return RELATION_ACCEPTED; /* a later end of the other's keeps nobody */
    if (state != RELATION_ACTIVE && state != RELATION_CHANGE_CONFIRMING)
        return RELATION_NOT_ACTIVE;
    return ending->endings >= RELATION_ENDINGS_MAX ? RELATION_TOO_MANY_ENDINGS : RELATION_ACCEPTED;
}

enum relation_verdict relation_withdraw_decide(const struct relation *found, struct id account_id,
                                               int64_t now_us)
{
    if (found == NULL ||
        !(id_equal(found->agent_id, account_id) || id_equal(found->customer_id, account_id)))
        return RELATION_UNKNOWN;
    return relation_state(found, now_us) == RELATION_DISSOCIATING &&
                   id_equal(found->ending_by, account_id)
               ? RELATION_ACCEPTED
               : RELATION_NOT_ENDING;
}
