/* Resources and subscriptions that services run for an account, as they tell it: where they stand,
 * and which of them charge still (LED-33, LED-34). Each service names its own; nothing is removed,
 * and what is released stays so. */
#ifndef LEDGER_DOMAIN_RESOURCE_H
#define LEDGER_DOMAIN_RESOURCE_H

#include "ledger/domain/account.h"
#include "runtime/base/refusal.h"

#define RESOURCES_MAX 100000 /* of an account, that are not released */
#define RESOURCE_METERS_MAX 16

/* Numbered as on the wire and in the rows. */
enum resource_kind { RESOURCE_PAYG = 1, RESOURCE_SUBSCRIPTION = 2 };
enum resource_state {
    RESOURCE_CREATED = 1,
    RESOURCE_RUNNING = 2,
    RESOURCE_STOPPED = 3,
    RESOURCE_RELEASED = 4,
    RESOURCE_STATE_END
};

struct resource {
    struct id registration_id;
    const char *source;      /* the service that runs it, by which and … */
    const char *resource_id; /* … by this it is known */
    struct id account_id;
    const char *product_id, *region_id;
    enum resource_kind kind;
    enum resource_state state;
    int64_t version;            /* of its state, counted by the service; 0: as it was registered */
    bool charges_from_creation; /* before it runs (LED-33) */
    const char *stopped_meters; /* words with a space between: those that charge while stopped */
    int64_t start_us, end_us;   /* the term of a subscription; 0: there is none */
    bool auto_renew;
    int64_t created_us, changed_us;
};

#define RESOURCE_REFUSALS(X)                                                                 \
    X(RESOURCE_UNKNOWN, NEVER, CODE_NOT_FOUND, "RESOURCE_NOT_FOUND",                         \
      "The account has no such resource.")                                                   \
    X(RESOURCE_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",                    \
      "The account is closed.")                                                              \
    X(RESOURCE_TAKEN, NEVER, CODE_ALREADY_EXISTS, "RESOURCE_TAKEN",                          \
      "The service registered a resource of this id before.")                                \
    X(RESOURCE_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "RESOURCE_LIMIT",                   \
      "The account has 100,000 resources that are not released.")                            \
    X(RESOURCE_FINAL, NEVER, CODE_FAILED_PRECONDITION, "RESOURCE_RELEASED",                  \
      "The resource is released, and stays so.")                                             \
    X(RESOURCE_STEP, NEVER, CODE_FAILED_PRECONDITION, "RESOURCE_STATE_STEP",                 \
      "A resource does not go from the one state to the other.")                             \
    X(RESOURCE_NO_TERM, NEVER, CODE_FAILED_PRECONDITION, "NOT_A_SUBSCRIPTION",               \
      "The resource is paid as it is used, and has no term.")                                \
    X(RESOURCE_END_NOT_LATER, NEVER, CODE_FAILED_PRECONDITION, "SUBSCRIPTION_END_NOT_LATER", \
      "The subscription ends then already, or later.")                                       \
    X(RESOURCE_OVER, NEVER, CODE_FAILED_PRECONDITION, "SUBSCRIPTION_OVER",                   \
      "The subscription's term is over; nothing is left to renew.")

enum resource_verdict { RESOURCE_ACCEPTED = 0, RESOURCE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *resource_refusal(enum resource_verdict verdict);

bool resource_kind_is_one(int kind);
bool resource_state_is_one(int state);

/* "CREATED"; "" of none that is known. */
const char *resource_state_name(enum resource_state state);

/* NULL: it is registered. */
struct resource_facts {
    enum account_state state;
    bool has_region, has_product; /* which are offered */
    bool is_taken;
    int64_t count; /* of the account's that are not released */
};
const struct refusal *resource_register_decide(const struct resource_facts *facts);

/* Whether a state that is told is older than what is known, or the same: then nothing changes. */
bool resource_is_late(const struct resource *resource, int64_t version);

/* CREATED goes to RUNNING, RUNNING to STOPPED and back, all to RELEASED, which is final: of an
 * order that comes to nothing too. The same state again, by a newer version, is accepted. */
enum resource_verdict resource_state_decide(const struct resource *resource,
                                            enum resource_state state);

/* Off at any time; on as long as there is a term to renew (ID-14). */
enum resource_verdict resource_renewal_decide(const struct resource *resource, bool auto_renew,
                                              int64_t now_us);

/* A renewal that the service tells: the new end is later than the one that is known. */
enum resource_verdict resource_extend_decide(const struct resource *resource, int64_t end_us);

/* LED-33, LED-34: whether it costs anything, now or by itself at its end. Meters are not tied to
 * whether it runs: storage and network may charge while it is stopped, or before it ran. */
bool resource_charges(const struct resource *resource);

/* A number of an account's that stand in the way of its closing and, being ordered and not running
 * yet, of an association (ID-12, ID-14, ID-22). */
struct resource_group {
    enum resource_kind kind;
    enum resource_state state;
    bool auto_renew;
    bool in_term; /* of a subscription */
    int64_t count;
    int64_t end_us; /* the last of theirs; 0: they have no term */
};
struct resource_standing {
    int64_t not_started, not_released, in_term, renewing; /* how many */
    int64_t until_us;                                     /* when the last term ends */
};
void resource_standing_add(struct resource_standing *standing, const struct resource_group *group);

#endif
