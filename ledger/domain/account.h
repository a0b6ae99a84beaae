/* An account of the ledger: what it has and owes (its books), what it may do, and the limits of D.1
 * to D.8 as pure functions. Amounts within an account stay below ACCOUNT_MICROS_MAX, so that no sum
 * of its books can overflow (E31). */
#ifndef LEDGER_DOMAIN_ACCOUNT_H
#define LEDGER_DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/domain/allowance.h"
#include "runtime/base/id.h"

#define ACCOUNT_MICROS_MAX (INT64_MAX / 16)

enum account_state { ACCOUNT_ACTIVE = 1, ACCOUNT_FROZEN, ACCOUNT_CLOSED };
enum payment_mode { PAYMENT_PREPAID = 1, PAYMENT_POSTPAID };
enum spending { SPENDING_ALLOWED = 1, SPENDING_READ_ONLY };
/* By what services stop at the line (A.6); the wire's numbers. 0 counts as IMMEDIATE. */
enum suspension_policy { SUSPENSION_IMMEDIATE = 1, SUSPENSION_DELAY, SUSPENSION_NONE };
enum contract_state { CONTRACT_NONE = 1, CONTRACT_PENDING, CONTRACT_CONFIRMED };

/* The books of an account, signed from the customer's view: what is owed is negative. The postings
 * of an entry sum to zero. */
enum book {
    BOOK_OWN,            /* topped up directly */
    BOOK_TRANSFERRED_IN, /* what is left of all lots (D.2) */
    BOOK_REFUND_CREDIT,  /* R of D.5 */
    BOOK_UNBILLED,       /* U_cur of D.5, negative */
    BOOK_OUTSTANDING,    /* U_prev of D.5, negative */
    BOOK_REVENUE,        /* the other side of purchases and usage */
    BOOK_TOP_UP,         /* the other side of money from outside */
    BOOK_ADJUSTMENT,     /* the other side of corrections */
    BOOK_CLEARING,       /* the other side of money between two chains */
    BOOK_COUNT
};

struct lot;
struct bill;
struct quota_pool;

struct account {
    struct id company_id; /* the chain that it is booked in: its company's, or its own */
    struct id id;
    int64_t number; /* names it inside this database; nobody is told */
    bool corporate;
    struct id verified_company_id; /* ID-18; nil: no company of it is verified */
    struct id opened_in_id; /* its own chain, from which it moved; nil: it is where it was opened */
    char currency[4];       /* "" until set (PAY-24) */
    enum account_state state;
    enum payment_mode payment_mode;
    int64_t buffer_micros;     /* the postpaid suspension line; 0 for prepaid */
    bool pay_on_behalf;        /* LED-17 */
    bool receivables;          /* LED-18 */
    int64_t override_until_us; /* LED-19; 0: none */
    bool credit_disabled; /* D.3, at the moment the account is looked at: account_judge_self_service
                           */

    enum contract_state contract_state;
    int64_t credit_limit_micros; /* as set; counts when the contract is confirmed (LED-14) */
    int64_t confirmed_us;        /* 0: not yet */

    int64_t books[BOOK_COUNT];
    int64_t frozen_micros;   /* F: active holds (D.4) */
    int64_t earliest_due_us; /* of the unpaid bills; 0: none */
    bool suspended;          /* its services are stopped */
    enum suspension_policy suspension_policy;
    int64_t warned_us;       /* when a notice of the ladder last reached somebody; 0: none did */
    int64_t stop_due_us;     /* its services run until then; 0: nothing is to stop them */
    int64_t turned_us;       /* since when they run, or do not; 0: since it was opened */
    bool release_due;        /* what was stopped may be released */
    int64_t acknowledged_us; /* the turn that a runner acknowledged last; 0: none */
    int64_t version;
    int64_t lot_first; /* no open lot lies below this sequence */
    int64_t opened_us;
    enum spending spending;    /* PAY-16 */
    int64_t spending_set_us;   /* 0: since it was opened */
    struct id spending_set_by; /* nil: nobody has set it since */
    int64_t sent_micros;       /* under way from it to another chain; where a balance is read */
    int64_t arriving_micros;   /* and to it */

    /* Facts of a batch: the lots and bills that were read, oldest first. */
    struct lot *lots;
    struct lot *lots_last;
    int64_t lots_horizon; /* every open lot up to this sequence was read; -1: no claim */
    struct bill *bills;   /* unpaid, the earliest due first */
    bool bills_complete;
    bool last_lot_known;     /* lots_last is the account's last lot, or it never had one */
    bool foreign;            /* of another chain: only what a verdict needs is here */
    bool overdrawn;          /* a foreign one had less than nothing available */
    struct quota_pool *pool; /* NULL: it pays for nobody else, or that was not asked for */
    bool pool_known;         /* it was asked for */
    bool uncapped;           /* it has no cap (LED-31); that was asked for */
    bool changed;
};

int64_t account_own(const struct account *account);
int64_t account_transferred_in(const struct account *account); /* T, D.2 */
int64_t account_refund_credit(const struct account *account);
int64_t account_unbilled(const struct account *account);    /* positive */
int64_t account_outstanding(const struct account *account); /* positive */

/* Judges what depends on the moment: credit is disabled while self-service is (D.3). Before
 * anything below is asked. */
void account_judge_self_service(struct account *account, int64_t now_us);

int64_t account_cash(const struct account *account);            /* C, D.1 */
int64_t account_limit_effective(const struct account *account); /* L_eff, D.3 */
int64_t account_available(const struct account *account);       /* A, D.5; may be negative */

bool account_is_past_due(const struct account *account, int64_t now_us);
bool account_is_overdue(const struct account *account, int64_t now_us); /* D.8 */
/* Of an account what another chain needs to know, as it stands. */
struct account account_foreign(const struct account *account);

/* B.3: a partner in trouble buys nothing more for its customers, and takes nothing back; what runs
 * goes on. */
bool account_is_in_trouble(const struct account *account, int64_t now_us);

int64_t account_suspension_line(const struct account *account); /* 0 prepaid, the buffer postpaid */
bool account_is_below_line(const struct account *account);      /* LED-01, LED-04, E19 */

/* Whether services are stopped from now on: below the line, or stopped before and not yet paid up
 * (D.8). */
bool account_suspended_next(const struct account *account, int64_t now_us);

/* Whether self-service transfer and credit control are open (LED-17 to LED-19). */
enum self_service { SELF_SERVICE_OPEN, SELF_SERVICE_PAY_ON_BEHALF, SELF_SERVICE_RECEIVABLES };
enum self_service account_self_service(const struct account *account, int64_t now_us);

/* D.5 with its six terms; terms that lower it are negative. */
struct allowance account_available_explained(const struct account *account);

/* D.7: max(0, min(T, remaining, A)) of the destination; remaining is what the source's lots still
 * hold, all of them or the newest that one order may touch. */
struct allowance account_revocable(const struct account *destination, int64_t remaining_micros,
                                   bool of_all_lots);

/* D.13: what could be paid out; reserve is kept for pay-as-you-go, unpaid adds to what the books
 * know as owed (E5). */
int64_t account_withdrawable(const struct account *account, int64_t reserve_micros,
                             int64_t unpaid_micros);

/* E23: no own cash is left, and the credit limit carries what other cash and refunds do not. */
bool account_lives_on_credit(const struct account *account);

/* PAY-16: whether money may leave it for anything new, and whether money may be put in without a
 * word about that. */
bool account_may_spend(const struct account *account);
bool account_takes(const struct account *account, bool accept_read_only);

bool account_has_currency(const struct account *account, const char *currency);

/* The chain that it was opened in: the scope of its request ids, for ever. */
struct id account_scope(const struct account *account);

/* The conditions a caller may set on an order; zero sets none. */
bool account_meets_version(const struct account *account, int64_t expected_version);
bool account_meets_minimum(const struct account *account, int64_t leaving_micros,
                           int64_t minimum_left_micros);

/* Whether services would stop when this much left the account (E10). */
bool account_would_suspend(const struct account *account, int64_t leaving_micros);

/* Whether the limit that waits for its contract is all that is missing for the amount. */
bool account_waits_for_contract(const struct account *account, int64_t micros);

/* Whether the book can take the amount without leaving its range. */
bool account_has_room(const struct account *account, enum book book, int64_t amount_micros);

#endif
