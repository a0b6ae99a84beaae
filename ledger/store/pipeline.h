/* Several statements of a transaction sent without waiting, answers taken in the order sent. The
 * first failure sticks: what follows is not sent, what was sent is still received. */
#ifndef LEDGER_STORE_PIPELINE_H
#define LEDGER_STORE_PIPELINE_H

#include "ledger/store/columns.h"
#include "runtime/database/database.h"

struct pipeline {
    struct transaction *transaction;
    size_t in_flight;
    enum failure failure;
};

/* Takes the result of a _send_silently: the statement travels with the COMMIT, or with the next
 * receive. */
void pipeline_note(struct pipeline *pipeline, enum failure failure);

/* Takes the result of a _send: when it was sent, its answer is to be received. */
void pipeline_sent(struct pipeline *pipeline, enum failure failure);

/* Makes room for the rows of one statement. false: there are none, or something failed before, or
 * no memory. */
bool pipeline_begin_columns(struct pipeline *pipeline, struct columns *columns, size_t count,
                            size_t wide, size_t narrow);

/* rows may be NULL; left empty after a failure. */
void pipeline_receive(struct pipeline *pipeline, struct rows *rows);

#endif
