#include "bench/load/rules/books.h"

#include <assert.h>
#include <stdlib.h>

void books_init(struct books *books, size_t companies, size_t accounts)
{
    assert(companies > 0 && accounts > 0);
    *books = (struct books){.companies = companies, .accounts = accounts};
    books->rows = calloc(companies * accounts, sizeof *books->rows);
    if (books->rows == NULL)
        abort();
}

void books_deinit(struct books *books)
{
    free(books->rows);
    *books = (struct books){.rows = NULL};
}

struct books_account *books_account(const struct books *books, size_t company, size_t account)
{
    assert(company < books->companies && account < books->accounts);
    return &books->rows[company * books->accounts + account];
}

void books_note(struct books *books, const struct piece *piece, size_t receiver)
{
    struct books_account *payer = books_account(books, piece->company, piece->payer);
    struct books_account *other = books_account(books, piece->company, receiver);
    int sign = piece->kind == PIECE_REVOKE ? -1 : 1;
    assert(piece_moves_money(piece->kind) && payer != other);
    payer->own_change -= sign * PIECE_AMOUNT_MICROS;
    other->in_change += sign * PIECE_AMOUNT_MICROS;
    payer->paid += sign;
    other->received += sign;
}

void books_note_top_up(struct books *books, const struct piece *piece, int64_t amount_micros)
{
    assert(piece->kind == PIECE_TOP_UP && amount_micros > 0);
    books_account(books, piece->company, piece->payer)->own_change += amount_micros;
}
