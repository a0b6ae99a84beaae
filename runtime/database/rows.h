/* The rows of an answer, copied from libpq's result into an arena. */
#ifndef RUNTIME_DATABASE_ROWS_H
#define RUNTIME_DATABASE_ROWS_H

#include <libpq-fe.h>

#include "runtime/base/arena.h"
#include "runtime/database/database.h"

/* FAILURE_EXHAUSTED at the arena's maximum; borrows result. */
enum failure rows_copy(struct rows *rows, const PGresult *result, struct arena *arena) must_check;

#endif
