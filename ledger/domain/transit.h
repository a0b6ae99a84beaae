/* Money between two chains (settled 11, LED-22): debit first, credit after, so that it is never in
 * two places. Money that was sent is under way until its receiver has it, or, when that was
 * refused, its sender has it back; both ask this row, so only one of them is ever done. */
#ifndef LEDGER_DOMAIN_TRANSIT_H
#define LEDGER_DOMAIN_TRANSIT_H

#include "ledger/domain/settling.h"
#include "runtime/base/refusal.h"

/* Own cash that becomes a lot of the kind elsewhere, or goes back from such a one. */
enum transit_kind transit_kind_giving(enum lot_kind kind);
enum transit_kind transit_kind_taking_back(enum lot_kind kind);

/* Given, it leaves own cash and arrives as a lot; taken back, it goes the other way about. */
bool transit_is_given(const struct transit *transit);

/* Sends the entry's amount on its way: its account's clearing has what left another of its books.
 */
struct transit *transit_send(struct settling *settling, enum transit_kind kind,
                             struct id receiver_id);

/* Each is kept, a state that passes too: the saga has a way back (settled 10), and no late
 * duplicate may receive what was returned. */
#define RECEIVE_REFUSALS(X)                                                            \
    X(RECEIVE_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",             \
      "The account is not known here.")                                                \
    X(RECEIVE_NOT_IN_TRANSIT, NEVER, CODE_FAILED_PRECONDITION, "NOT_IN_TRANSIT",       \
      "No such money is under way to the account.")                                    \
    X(RECEIVE_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",       \
      "The account is closed.")                                                        \
    X(RECEIVE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH", \
      "The account has another currency.")                                             \
    X(RECEIVE_RELATION_ENDED, NEVER, CODE_FAILED_PRECONDITION, "RELATION_ENDED",       \
      "The partner may not allocate to the account any more.")                         \
    X(RECEIVE_OUT_OF_RANGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",                  \
      "The amount leaves the range of an account.")
enum receive_verdict { RECEIVE_ACCEPTED = 0, RECEIVE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *receive_refusal(enum receive_verdict verdict);
const struct refusal *receive_decide(const struct settling *settling, struct allowance *allowance);
void receive_book(struct settling *settling);

#define RETURN_REFUSALS(X)                                                      \
    X(RETURN_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",       \
      "The account is not known here.")                                         \
    X(RETURN_NOT_IN_TRANSIT, NEVER, CODE_FAILED_PRECONDITION, "NOT_IN_TRANSIT", \
      "No such money is under way to the account.")                             \
    /* the money has nowhere else to go, and room comes as money is spent */    \
    X(RETURN_OUT_OF_RANGE, NOT_YET, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",          \
      "The amount leaves the range of an account.")
enum return_verdict { RETURN_ACCEPTED = 0, RETURN_REFUSALS(REFUSAL_ENUM) };
const struct refusal *return_refusal(enum return_verdict verdict);
const struct refusal *return_decide(const struct settling *settling, struct allowance *allowance);
void return_book(struct settling *settling);

#endif
