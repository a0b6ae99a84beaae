/* Trouble of partners, and their customers' relations at risk by it (B.3). */
#ifndef IDENTITY_STORE_UPSTREAM_STORE_H
#define IDENTITY_STORE_UPSTREAM_STORE_H

#include "identity/domain/upstream.h"
#include "runtime/database/database.h"

struct upstream_row {
    struct id contract_id; /* the list's order */
    struct id agent_id;
    bool authorised;
    enum upstream_cause cause; /* noted; UPSTREAM_NONE: none is */
};

struct upstreams_found {
    struct upstream_row *items; /* lent by the task's arena */
    size_t count;
};

struct upstream_page {
    struct id agent_id; /* nil: all partners */
    struct id after_id;
    int64_t now_us;
    size_t limit;
};

/* The oldest contract first. */
enum failure upstream_store_list(struct reader reader, const struct upstream_page *page,
                                 struct upstreams_found *found) must_check;

/* ---- troubles ---- */

struct upstream_trouble {
    struct id trouble_id, agent_id;
    enum upstream_cause cause; /* UPSTREAM_NONE: the agent is in none */
    int64_t begun_us;
    bool ended;
};

/* The agent's account is locked. */
enum failure upstream_store_trouble(struct transaction *transaction, struct id agent_id,
                                    struct upstream_trouble *trouble) must_check;
enum failure upstream_store_begin(struct transaction *transaction,
                                  const struct upstream_trouble *trouble) must_check;
enum failure upstream_store_end(struct transaction *transaction, struct id trouble_id,
                                int64_t now_us) must_check;
enum failure upstream_store_settle(struct reader reader, struct id trouble_id,
                                   int64_t now_us) must_check;

struct upstream_troubles {
    struct upstream_trouble *items; /* lent by the task's arena; without their cause */
    size_t count;
};
enum failure upstream_store_unsettled(struct reader reader, struct id after_id, size_t limit,
                                      struct upstream_troubles *found) must_check;

/* ---- relations at risk ---- */

/* In the order in which customers are to be told. */
struct upstream_place {
    int64_t next_us;
    struct id risk_id;
};

struct upstream_customer {
    struct id relation_id, customer_id;
    bool noted;                  /* at risk by the trouble, or was */
    struct upstream_place place; /* of one that is to be told */
};

struct upstream_customers {
    struct upstream_customer *items; /* lent by the task's arena */
    size_t count;
};

/* Of the trouble's agent. */
enum failure upstream_store_customers(struct reader reader, const struct upstream_trouble *trouble,
                                      struct id after_id, size_t limit,
                                      struct upstream_customers *found) must_check;
/* To be told by now, after a place; or still at risk by a trouble. */
enum failure upstream_store_due(struct reader reader, int64_t now_us, struct upstream_place after,
                                size_t limit, struct upstream_customers *found) must_check;
enum failure upstream_store_left(struct reader reader, struct id trouble_id, size_t limit,
                                 struct upstream_customers *found) must_check;

/* Of a relation that is locked. *exists is false when the customer is at none. */
enum failure upstream_store_risk(struct transaction *transaction, struct id customer_id,
                                 struct upstream_risk *risk, bool *exists) must_check;
enum failure upstream_store_read_risk(struct reader reader, struct id customer_id,
                                      struct upstream_risk *risk, bool *exists) must_check;
/* The last one of the relation that is over. *exists is false when it was at none. */
enum failure upstream_store_last_risk(struct transaction *transaction, struct id relation_id,
                                      struct upstream_risk *risk, bool *exists) must_check;
enum failure upstream_store_keep(struct transaction *transaction,
                                 const struct upstream_risk *risk) must_check;
enum failure upstream_store_advance(struct transaction *transaction,
                                    const struct upstream_risk *risk) must_check;

#endif
