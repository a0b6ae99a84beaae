/* Requests for more (LED-41): a customer asks its agent for money, one request at a time. The grant
 * is the allocation itself, by whatever amount (allocate_decide); the agent declines, the customer
 * takes it back, it expires, or ends with the relation. */
#ifndef LEDGER_DOMAIN_FUNDING_H
#define LEDGER_DOMAIN_FUNDING_H

#include "ledger/domain/account.h"
#include "runtime/base/refusal.h"

#define FUNDING_LIFETIME_US (INT64_C(7) * 24 * 3600 * 1000000)
#define FUNDING_REQUESTS_A_DAY 10
#define FUNDING_DAY_US (INT64_C(24) * 3600 * 1000000)

/* As ledger.v1.FundingRequestState. */
enum funding_state {
    FUNDING_OPEN = 1,
    FUNDING_GRANTED,
    FUNDING_DECLINED,
    FUNDING_WITHDRAWN,
    FUNDING_EXPIRED,
    FUNDING_RETURNED, /* granted, and the money went back to the agent */
    FUNDING_LAPSED    /* the relation with the agent ended */
};

struct funding_request {
    struct id id;
    struct id customer_id;
    struct id agent_id;
    int64_t amount_micros;
    const char *currency;
    const char *remark;
    enum funding_state state;
    int64_t asked_us;
    int64_t expires_us;
    int64_t ended_us;       /* 0: it is open */
    int64_t granted_micros; /* 0: it was not granted */
    struct id transfer_id;
    bool went_back; /* the money of the grant */
    const char *decline_remark;
};

/* Past its time it has expired, noted or not; what its grant came to says the transit alone. */
bool funding_is_open(int64_t expires_us, int64_t now_us);
enum funding_state funding_state(const struct funding_request *request, int64_t now_us);

/* One list for asking and for answering. */
#define FUNDING_REFUSALS(X)                                                                        \
    X(FUNDING_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED", "The account is closed.") \
    X(FUNDING_CURRENCY, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",                      \
      "The account has another currency.")                                                         \
    X(FUNDING_NO_AGENT, NEVER, CODE_NOT_FOUND, "RELATION_NOT_FOUND",                               \
      "The account has no such relation.")                                                         \
    X(FUNDING_NOT_PERMITTED, NEVER, CODE_FAILED_PRECONDITION, "ALLOCATION_NOT_PERMITTED",          \
      "The terms of the relation do not include allocating money.")                                \
    X(FUNDING_WAITS, NEVER, CODE_FAILED_PRECONDITION, "FUNDING_REQUEST_OPEN",                      \
      "The account has asked already and waits for an answer.")                                    \
    X(FUNDING_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "FUNDING_REQUEST_LIMIT",                   \
      "An account asks at most 10 times in 24 hours.")                                             \
    X(FUNDING_UNKNOWN, NEVER, CODE_NOT_FOUND, "FUNDING_REQUEST_NOT_FOUND",                         \
      "The account has no such request for money.")                                                \
    X(FUNDING_ENDED, NEVER, CODE_FAILED_PRECONDITION, "FUNDING_REQUEST_ENDED",                     \
      "The request was granted, declined, taken back, has expired or lapsed.")

enum funding_verdict { FUNDING_ACCEPTED = 0, FUNDING_REFUSALS(REFUSAL_ENUM) };
const struct refusal *funding_refusal(enum funding_verdict verdict);

struct funding_facts {
    const struct account *customer;
    const char *currency;
    bool has_agent;
    bool allocates; /* by terms that include it */
    bool waits;     /* it asked, and was not answered */
    int64_t asked;  /* within the last day */
};
enum funding_verdict funding_ask_decide(const struct funding_facts *facts);

/* request: NULL: there is none. Whose it would have to be: the customer of one that is taken back,
 * the agent of one that is declined. */
enum funding_verdict funding_end_decide(const struct funding_request *request, struct id account_id,
                                        enum funding_state state, int64_t now_us);

#endif
