/* Wire transfers (PAY-10): the reference that the payer writes, and which line of a bank's
 * statement pays which top-up. */
#ifndef PAYMENTS_DOMAIN_WIRE_H
#define PAYMENTS_DOMAIN_WIRE_H

#include "payments/domain/top_up.h"

#define WIRE_REFERENCE_SIZE 28

/* The reference that the payer writes on a wire transfer: "KT", two check digits (ISO 7064 MOD
 * 97-10) and 20 digits that follow from the seed. */
const char *wire_reference_make(const uint8_t seed[16], char text[WIRE_REFERENCE_SIZE]);
/* Whether the check digits hold. */
bool wire_reference_is_valid(const char *text);

/* A line of a bank's statement that names a wire transfer: bank, statement and line together are
 * that line, for ever. */
struct wire_receipt {
    const char *bank;
    const char *statement;
    const char *statement_line;
    struct id account_id; /* for whose top-up it is recorded */
    int64_t amount_micros;
    const struct currency *currency;
};

/* The top-up that the reference names, and an earlier record of this line. */
struct wire_facts {
    bool found;
    struct id top_up_id;
    struct id account_id;
    const struct currency *currency;
    enum top_up_state state;
    bool recorded;
    struct id recorded_top_up_id;
    int64_t recorded_micros;
};

#define WIRE_REFUSALS(X)                                                              \
    X(WIRE_REFERENCE_UNKNOWN, NEVER, CODE_NOT_FOUND, "WIRE_REFERENCE_UNKNOWN",        \
      "No top-up waits for a transfer with this reference.")                          \
    X(WIRE_OTHER_ACCOUNT, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_MISMATCH",        \
      "The top-up with this reference is another account's.")                         \
    X(WIRE_AMOUNT_NOT_WHOLE, NEVER, CODE_INVALID_ARGUMENT, "AMOUNT_NOT_WHOLE",        \
      "The amount has more decimals than the currency.")                              \
    X(WIRE_CURRENCY_MISMATCH, NEVER, CODE_FAILED_PRECONDITION, "CURRENCY_MISMATCH",   \
      "The top-up is in another currency.")                                           \
    X(WIRE_LINE_RECORDED, NEVER, CODE_ALREADY_EXISTS, "STATEMENT_LINE_RECORDED",      \
      "This line of the statement was credited before.")                              \
    X(WIRE_NOT_AWAITED, NEVER, CODE_FAILED_PRECONDITION, "TOP_UP_NOT_AWAITING_FUNDS", \
      "The transfer with this reference was received before.")

/* REPEATED: this very line was recorded before for this very top-up, nothing changes. */
enum wire_verdict { WIRE_ACCEPTED = 0, WIRE_REFUSALS(REFUSAL_ENUM) WIRE_REPEATED };
const struct refusal *wire_refusal(enum wire_verdict verdict);

enum wire_verdict wire_decide(const struct wire_receipt *receipt, const struct wire_facts *facts);

#endif
