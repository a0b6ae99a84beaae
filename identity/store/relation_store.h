/* Relations of partners and their customers (B.1, B.2). */
#ifndef IDENTITY_STORE_RELATION_STORE_H
#define IDENTITY_STORE_RELATION_STORE_H

#include "identity/domain/relation.h"
#include "runtime/database/database.h"

/* Terms that hold, or held. */
struct relation_held {
    int64_t version; /* 0: none */
    struct relation_terms terms;
    int64_t begun_us;
};

struct relation_row {
    struct id relation_id; /* the list's order */
    struct relation relation;
    const char *agent_company_name; /* NULL: none is verified */
    struct relation_offer offer;    /* the last one */
    const char *offer_hash;
    int64_t offered_us;
    struct relation_held held;
};

/* B.1: one lock for the whole structure, until the transaction ends; taken before any other. */
enum failure relation_store_lock_structure(struct transaction *transaction) must_check;

/* All but the standing, and whether the customer is registered. */
enum failure relation_store_facts(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us,
                                  struct relation_facts *facts) must_check;
enum failure relation_store_read_facts(struct reader reader, struct id agent_id,
                                       struct id customer_id, int64_t now_us,
                                       struct relation_facts *facts) must_check;

/* How a company would stand with an account that joins its group. */
enum failure relation_store_group_facts(struct transaction *transaction, struct id company_id,
                                        struct id account_id, struct group_facts *facts) must_check;

/* Whether both have a relation that is not over, and how many the agent asked for within a day. */
struct relation_count {
    bool exists;
    int64_t day;
};
enum failure relation_store_count(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us,
                                  struct relation_count *count) must_check;

struct relation_request {
    struct relation_offer offer;
    const char *offer_hash;
    struct id requested_by;
    int64_t now_us;
};
enum failure relation_store_insert(struct transaction *transaction,
                                   const struct relation_request *request) must_check;

/* Takes it until the transaction ends; *exists is false when there is none. */
enum failure relation_store_lock(struct transaction *transaction, struct id relation_id,
                                 struct relation_row *row, bool *exists) must_check;
enum failure relation_store_read(struct reader reader, struct id relation_id,
                                 struct relation_row *row, bool *exists) must_check;

struct relation_answered {
    struct id relation_id;
    int64_t version;
    struct id answered_by;
    int64_t now_us;
    bool agreed; /* the terms hold from now on, in place of those before */
};
enum failure relation_store_answer(struct transaction *transaction, const struct relation_row *row,
                                   const struct relation_answered *answered) must_check;

/* When it began, and how it ended. */
enum failure relation_store_advance(struct transaction *transaction,
                                    const struct relation *relation) must_check;

/* Other terms of a relation that holds. */
enum failure relation_store_offer(struct transaction *transaction,
                                  const struct relation_request *request) must_check;

/* Its end is asked for by an account; taken back when that is nil. */
enum failure relation_store_ending(struct transaction *transaction, const struct relation *relation,
                                   struct id asked_by, struct id account_id,
                                   int64_t now_us) must_check;

/* How many ends of the customer's relations were asked for within RELATION_ENDINGS_US. */
enum failure relation_store_endings(struct transaction *transaction, struct id customer_id,
                                    int64_t now_us, int64_t *endings) must_check;
enum failure relation_store_read_endings(struct reader reader, struct id customer_id,
                                         int64_t now_us, int64_t *endings) must_check;

/* The permissions of a relation that holds, as bits; none holds: none. */
enum failure relation_store_terms(struct transaction *transaction, struct id agent_id,
                                  struct id customer_id, int64_t now_us,
                                  unsigned *permissions) must_check;

/* Ends the terms that hold, as of its end. */
enum failure relation_store_end_terms(struct transaction *transaction,
                                      const struct relation *relation) must_check;

/* Relations whose end has come; ids are lent by the task's arena. */
enum failure relation_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                     struct id **ids, size_t *count) must_check;

struct relation_owner {
    struct id principal_id;
    struct bytes email_sealed; /* no data: none is proved */
};

/* *exists is false when there is no such account. */
enum failure relation_store_owner(struct transaction *transaction, struct id account_id,
                                  struct relation_owner *owner, bool *exists) must_check;

struct relation_page {
    struct id account_id;
    bool as_agent, as_customer, with_ended;
    int64_t now_us;
    struct id before_id;
    size_t limit;
};

struct relations_found {
    struct relation_row *items; /* lent by the task's arena */
    size_t count;
};

/* Newest first. */
enum failure relation_store_list(struct reader reader, const struct relation_page *page,
                                 struct relations_found *found) must_check;

#endif
