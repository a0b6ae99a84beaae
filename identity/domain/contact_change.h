/* A verified contact is changed by codes from the old and the new one. If the old one is lost, the
 * account's other contact stands in for it, and the change waits for 72 hours, in which its owner,
 * who is told at the old contact, may cancel it. */
#ifndef IDENTITY_DOMAIN_CONTACT_CHANGE_H
#define IDENTITY_DOMAIN_CONTACT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/domain/account.h"
#include "runtime/base/refusal.h"

#define CONTACT_CHANGE_LOST_WAIT_US (INT64_C(72) * 3600 * 1000000)
/* Confirmed and never completed: forgotten that long after the codes. */
#define CONTACT_CHANGE_LOST_LIFETIME_US (INT64_C(14) * 24 * 3600 * 1000000)
#define CONTACT_CHANGES_DAY_MAX 5 /* of an account and channel; so many strangers get a code */
#define CONTACT_CHANGES_DAY_US (INT64_C(24) * 3600 * 1000000)

#define CONTACT_CHANGE_REFUSALS(X)                                                          \
    X(CHANGE_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "OWNER_ONLY",                        \
      "The contacts are the owner's to change: of who opened the account.")                 \
    X(CHANGE_UNVERIFIED, NEVER, CODE_FAILED_PRECONDITION, "CONTACT_UNVERIFIED",             \
      "The present contact is not verified; verify it, or the one that is to be, instead.") \
    X(CHANGE_OTHER_UNVERIFIED, NEVER, CODE_FAILED_PRECONDITION, "OTHER_CHANNEL_REQUIRED",   \
      "Without the old contact the account's other one has to be verified.")                \
    X(CHANGE_SAME, NEVER, CODE_FAILED_PRECONDITION, "CONTACT_UNCHANGED",                    \
      "This is the contact that the account has.")                                          \
    X(CHANGE_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "CONTACT_CHANGE_LIMIT",                 \
      "The contact was to be changed five times today; try again tomorrow.")                \
    X(CHANGE_NOT_FOUND, NEVER, CODE_NOT_FOUND, "CONTACT_CHANGE_NOT_FOUND",                  \
      "There is no such change under way.")                                                 \
    X(CHANGE_WAITS, NEVER, CODE_FAILED_PRECONDITION, "CONTACT_CHANGE_WAITS",                \
      "The old contact has 72 hours to cancel the change.")

enum contact_change_verdict { CHANGE_ACCEPTED = 0, CONTACT_CHANGE_REFUSALS(REFUSAL_ENUM) };

/* The last change of an account's channel. */
struct contact_change {
    bool exists;
    bool ended;
    bool old_lost;
    int64_t confirmed_us; /* 0: not yet */
    int64_t starts;       /* since starts_since_us */
    int64_t starts_since_us;
};

struct contact_change_start {
    bool by_owner;
    bool old_lost;
    bool is_same;
    enum channel channel;
    const struct account *account;
};

/* May a change begin? It takes the place of one that is under way. */
enum contact_change_verdict contact_change_start_decide(const struct contact_change_start *start,
                                                        const struct contact_change *last,
                                                        int64_t now_us);

/* The starts of the day, with one that was accepted now. */
struct contact_change contact_change_started(const struct contact_change *last, int64_t now_us);

/* May it go on? is_it: the caller named this one. Accepted: by codes, or without them when it was
 * confirmed and has waited. */
enum contact_change_verdict contact_change_confirm_decide(const struct contact_change *change,
                                                          bool is_it, int64_t now_us);

const struct refusal *contact_change_refusal(enum contact_change_verdict verdict);

#endif
