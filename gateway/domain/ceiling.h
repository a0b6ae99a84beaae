/* PAY-26: how much money the roles of an account may move, by one act and in a day. Of several
 * roles by which somebody may do the act the highest ceiling counts, and a role without one has
 * none. A role of the account's own (custom_role.h) has the lowest that any role has for the act.
 */
#ifndef GATEWAY_DOMAIN_CEILING_H
#define GATEWAY_DOMAIN_CEILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/domain/access.h"
#include "gateway/domain/route.h"
#include "runtime/base/refusal.h"

#define CEILINGS_MAX 64 /* of an account */

/* X(action, name): the acts that ceilings bound, or that take two operators, in the order of the
 * wire's enum. */
#define MONEY_ACTIONS(X)          \
    X(MONEY_TOP_UP, "TOP_UP")     \
    X(MONEY_TRANSFER, "TRANSFER") \
    X(MONEY_REVOKE, "REVOKE")     \
    X(MONEY_ALLOCATE, "ALLOCATE") \
    X(MONEY_OVERRIDE, "OVERRIDE") \
    X(MONEY_MERGE, "MERGE")

#define MONEY_ACTION_ENUM(action, name) action,
enum money_action { MONEY_NOTHING, MONEY_ACTIONS(MONEY_ACTION_ENUM) MONEY_ACTION_COUNT };

const char *money_action_name(enum money_action action);
enum money_action money_action_named(const char *name); /* MONEY_NOTHING: no such name */

/* A request by which money is moved, or said to be of one company: which act it is, and the field
 * that says how much. */
struct money_request {
    const char *name; /* "payments.v1.CreateTopUpRequest" */
    enum money_action action;
    const char *amount; /* micros; NULL: it has none, */
    const char *alone;  /* the reason by which its peer refuses it to one, after all else: for an
                            operator never does it alone, whatever the ceilings; or NULL */
    const char *rule;   /* that says so */
};

/* NULL: no ceiling bounds such a request. */
const struct money_request *money_request_find(const char *name);

/* The act of an rpc; MONEY_NOTHING: no ceiling bounds it. */
enum money_action money_action_of(const struct route *route);

struct ceiling {
    unsigned role; /* one access_role */
    enum money_action action;
    int64_t transaction_micros;
    int64_t day_micros;
};

struct ceilings {
    struct ceiling rows[CEILINGS_MAX];
    size_t count;
    const char *currency; /* of every amount, ISO 4217 */
};

struct money_act {
    enum money_action action;
    int64_t amount_micros;
    const char *currency;
    const char *two_by_rule; /* it takes two operators, by this rule; NULL: it does not */
};

/* The bounds of somebody's act. */
struct ceiling_bound {
    bool is_bounded;
    int64_t transaction_micros;
    int64_t day_micros;
};

/* An act in another currency than the ceilings' may move nothing. */
struct ceiling_bound ceiling_of(const struct ceilings *ceilings, const struct route *route,
                                const struct money_act *act, const struct access_holder *holder);

#define CEILING_REFUSALS(X)                                                                    \
    X(CEILING_TRANSACTION, NEVER, CODE_PERMISSION_DENIED, "CEILING_EXCEEDED",                  \
      "It is more than your roles may move at once.")                                          \
    X(CEILING_DAY, NEVER, CODE_PERMISSION_DENIED, "CEILING_EXCEEDED",                          \
      "It is more than your roles may move in a day, with what you have moved today.")         \
    X(CEILING_TAKES_TWO, NEVER, CODE_PERMISSION_DENIED, "SECOND_OPERATOR_REQUIRED",            \
      "It takes a person who has operated for a day to ask for it, and another operator like " \
      "that to approve it.")

enum ceiling_verdict { CEILING_KEPT = 0, CEILING_REFUSALS(REFUSAL_ENUM) };

/* used_micros: of the day so far, by acts of this kind, without this one. */
enum ceiling_verdict ceiling_decide(const struct ceiling_bound *bound, int64_t used_micros,
                                    int64_t asked_micros);

/* An act that takes two is over every ceiling. */
enum ceiling_verdict ceiling_decide_act(const struct money_act *act,
                                        const struct ceiling_bound *bound, int64_t used_micros);

/* Whether an operator never does it alone. */
bool ceiling_takes_two(const struct route *route);

/* LED-19: nobody makes a second operator of their own: who was given a role within the last day
 * neither asks for an act that takes two nor approves it. */
bool ceiling_may_ask(const struct money_act *act, bool is_appointed);

/* How many others have to approve an act that is over a ceiling, as the ceilings ask for so many.
 */
int64_t ceiling_approvers(const struct money_act *act, int64_t asked_for);

/* How much more may pass by one act now. */
int64_t ceiling_left(const struct ceiling_bound *bound, int64_t used_micros);

const struct refusal *ceiling_refusal(enum ceiling_verdict verdict);

/* Whether an act that was answered with this code (CODE_OK, or that of a refusal) does not count:
 * it was refused for good. An act that may have been done counts. */
bool ceiling_is_given_back(int code);

#endif
