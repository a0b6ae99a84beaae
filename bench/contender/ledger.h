/* The ledger under test, straight or through the gateway with sessions, over gRPC on one connection
 * to each replica: single calls, bulk calls, or streams. A company's calls go to one replica. The C
 * core is used bare here, on the load's own thread, so that as little as possible of the machine
 * goes to the one who measures. */
#ifndef BENCH_CONTENDER_LEDGER_H
#define BENCH_CONTENDER_LEDGER_H

#include "bench/measure/load.h"
#include "bench/measure/traffic.h"

#define LEDGER_SIZE_MAX 1000
#define LEDGER_REPLICAS_MAX 4
#define LEDGER_AMOUNT_MICROS 10000
#define LEDGER_USAGE_MICROS 100
#define LEDGER_CREDIT_MICROS \
    INT64_C(1000000000000000) /* a milliard units: more than a run can move */

enum ledger_mode {
    LEDGER_OPEN,   /* opens the accounts, one call each */
    LEDGER_CREDIT, /* credits each of them */
    LEDGER_SINGLE, /* CreateTransfer */
    LEDGER_USAGE,  /* RecordUsage, which a prepaid account pays at once */
    LEDGER_BULK,   /* SubmitOrders */
    LEDGER_STREAM, /* StreamOrders: a lane is a stream with one message under way */
};

struct ledger_settings {
    const char *targets[LEDGER_REPLICAS_MAX]; /* NULL after the last */
    enum ledger_mode mode;
    size_t lanes;
    size_t size;     /* orders in a bulk call or message of a stream */
    bool by_session; /* to the gateway: with a session of the paying account, and no company */
    const char *currency;
    struct traffic *traffic;
};

struct ledger_contender;

struct ledger_contender *ledger_contender_open(const struct ledger_settings *settings);
void ledger_contender_close(struct ledger_contender *ledger);
struct contender ledger_contender(struct ledger_contender *ledger);

#endif
