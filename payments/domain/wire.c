#include "payments/domain/wire.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/text.h"

static const struct refusal refusals[] = {WIRE_REFUSALS(REFUSAL_ROW)};

const struct refusal *wire_refusal(enum wire_verdict verdict)
{
    assert(verdict > WIRE_ACCEPTED && verdict < WIRE_REPEATED);
    return &refusals[verdict - 1];
}

/* A line of the bank's statement credits once (PAY-10): naming it again repeats the answer, or
 * tells that the line was recorded for another top-up or amount. */
static enum wire_verdict line_decide(const struct wire_receipt *receipt,
                                     const struct wire_facts *facts)
{
    assert(facts->recorded && receipt->amount_micros > 0);
    bool same = id_equal(facts->recorded_top_up_id, facts->top_up_id) &&
                facts->recorded_micros == receipt->amount_micros;
    return same ? WIRE_REPEATED : WIRE_LINE_RECORDED;
}

enum wire_verdict wire_decide(const struct wire_receipt *receipt, const struct wire_facts *facts)
{
    assert(facts->found || !facts->recorded);
    if (!facts->found)
        return WIRE_REFERENCE_UNKNOWN;
    if (!id_equal(receipt->account_id, facts->account_id))
        return WIRE_OTHER_ACCOUNT;
    if (receipt->amount_micros <= 0 || !amount_is_whole(receipt->amount_micros, receipt->currency))
        return WIRE_AMOUNT_NOT_WHOLE;
    if (!text_equal(receipt->currency->code, facts->currency->code))
        return WIRE_CURRENCY_MISMATCH;
    if (facts->recorded)
        return line_decide(receipt, facts);
    return facts->state == TOP_UP_AWAITING_FUNDS ? WIRE_ACCEPTED : WIRE_NOT_AWAITED;
}

static unsigned modulo_97(const char *digits)
{
    unsigned rest = 0;
    for (; *digits != '\0'; digits++)
        rest = (rest * 10 + (unsigned)(*digits - '0')) % 97;
    assert(rest < 97);
    return rest;
}

const char *wire_reference_make(const uint8_t seed[16], char text[WIRE_REFERENCE_SIZE])
{
    char digits[23];
    for (size_t i = 0; i < 20; i++)
        digits[i] = (char)('0' + (i < 16 ? seed[i] % 10 : (seed[(i - 16) * 4] / 10) % 10));
    memcpy(digits + 20, "00", 3);
    unsigned check = 98 - modulo_97(digits);
    digits[20] = '\0';
    bool fits = text_print(text, WIRE_REFERENCE_SIZE, "KT%02u%s", check, digits);
    assert(fits && wire_reference_is_valid(text));
    return text;
}

bool wire_reference_is_valid(const char *text)
{
    char digits[23];
    assert(text != NULL);
    if (strlen(text) != 24 || text[0] != 'K' || text[1] != 'T' ||
        strspn(text + 2, "0123456789") != 22)
        return false;
    memcpy(digits, text + 4, 20);
    memcpy(digits + 20, text + 2, 2);
    digits[22] = '\0';
    return modulo_97(digits) == 1;
}
