/* Waiting for chains to grow: five times a second one look at all the chains that are waited for,
 * however many wait for them, and none while nobody does. */
#ifndef LEDGER_JOBS_CHAIN_WATCH_H
#define LEDGER_JOBS_CHAIN_WATCH_H

#include "ledger/ledger.h"

struct chain_watch;

struct chain_waiter {
    struct id chain_id;
    int64_t seen_sequence; /* it waits for one behind this */
    bool follows_account;  /* or for the account that the chain is named like to move */
    struct event grown;    /* signalled then, and when the look failed */
    enum failure failure;  /* why it did */
    size_t place;          /* of its chain in the look that is under way */
    struct chain_waiter *next, **link;
};

struct chain_watch *chain_watch_new(struct ledger *ledger);

/* The waiter stays where it is until chain_watch_leave. */
enum failure chain_watch_join(struct chain_watch *watch, struct chain_waiter *waiter) must_check;
void chain_watch_leave(struct chain_waiter *waiter);

#endif
