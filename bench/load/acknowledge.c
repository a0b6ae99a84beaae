#include "bench/load/acknowledge.h"

void acknowledge(struct run *run, const struct piece *piece, size_t number)
{
    struct money *money = &run->result->money;
    books_note(&run->books, piece, piece_receiver(piece, &run->traffic, number));
    journal_write(run->journal, "acknowledged", piece, &run->traffic, number);
    money->acknowledged++;
    money->moved_micros += PIECE_AMOUNT_MICROS;
}

void acknowledge_results(struct run *run, const struct piece *piece,
                         const Ledger__V1__SubmitOrdersResponse *response)
{
    for (size_t i = 0; i < piece->size; i++) {
        const Ledger__V1__OrderResult *result = response->results[i];
        if (result->outcome_case != LEDGER__V1__ORDER_RESULT__OUTCOME_REFUSED) {
            acknowledge(run, piece, i);
            continue;
        }
        journal_write(run->journal, "refused", piece, &run->traffic, i);
        run->result->money.refused++;
    }
}
