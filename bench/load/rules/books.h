/* The books of a run: what every account should have by now, as its customers were told, to be
 * compared with what it has. A transfer takes the payer's own money; it lands with the receiver as
 * money transferred in. */
#ifndef BENCH_LOAD_RULES_BOOKS_H
#define BENCH_LOAD_RULES_BOOKS_H

#include <stddef.h>
#include <stdint.h>

#include "bench/load/rules/piece.h"

struct books_account {
    int64_t own_at_first, in_at_first; /* micros */
    int64_t own_change, in_change;
    int64_t paid, received; /* orders that were acknowledged, revokes taken off */
};

struct books {
    size_t companies, accounts; /* of each company */
    struct books_account *rows;
};

/* Lent by calloc; aborts when memory is short. */
void books_init(struct books *books, size_t companies, size_t accounts);
void books_deinit(struct books *books);

struct books_account *books_account(const struct books *books, size_t company, size_t account);

/* An order of a piece was acknowledged: its amount went from payer to receiver, or came back. */
void books_note(struct books *books, const struct piece *piece, size_t receiver);

/* A top-up of that much reached the account. */
void books_note_top_up(struct books *books, const struct piece *piece, int64_t amount_micros);

#endif
