/* The statements that one connection has prepared. A statement is prepared when it is first used;
 * its server name is never used again, so that an old name that failed or went stale cannot be
 * mistaken for a new one. */
#ifndef RUNTIME_DATABASE_PREPARED_H
#define RUNTIME_DATABASE_PREPARED_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/database/param.h"

#define PREPARED_SLOTS \
    1024 /* of the hash table; queries are embedded, so their number is known when it is built */
#define PREPARED_NAME_SIZE 16

struct prepared {
    const struct query *query;
    uint32_t number; /* part of the server name; 0: not prepared */
    bool only_reads;
    uint8_t kinds[PARAMS_MAX];
};

struct prepared_table {
    struct prepared *slots;
    size_t used;
    uint32_t last_number;
};

bool prepared_table_init(struct prepared_table *table) must_check; /* false: no memory */
void prepared_table_deinit(struct prepared_table *table);
void prepared_table_clear(struct prepared_table *table); /* a new connection knows none */

/* The query's row, lent until the table ends. */
struct prepared *prepared_find(struct prepared_table *table, const struct query *query);

/* Whether it must be prepared before these parameters can be sent. A parameter that was only ever
 * NULL has no type yet. */
bool prepared_fits(const struct prepared *prepared, const struct param *params, size_t count);

/* Gives it a new number and learns the kinds of the parameters, which are the same at every use of
 * a query. */
void prepared_renew(struct prepared_table *table, struct prepared *prepared,
                    const struct param *params, size_t count);

/* Forgets it if it still is the one with that number. */
void prepared_forget(struct prepared_table *table, const struct query *query, uint32_t number);

char *prepared_name(uint32_t number, char name[PREPARED_NAME_SIZE]);

#endif
