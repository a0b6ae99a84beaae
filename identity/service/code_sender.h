/* Codes: sends six digits to a contact and judges what is typed back (ID-05, ID-11). Shared by
 * sign-up, second channel and log-in. */
#ifndef IDENTITY_SERVICE_CODE_SENDER_H
#define IDENTITY_SERVICE_CODE_SENDER_H

#include "identity/service/identity_service.h"
#include "identity/store/challenge_store.h"
#include "runtime/idempotency/call_once.h"

/* What travels instead of the code to who must not use it; the caller sees no difference (S9, S10).
 */
enum code_letter { LETTER_CODE, LETTER_REGISTERED, LETTER_UNKNOWN };

struct code_order {
    struct id subject_id; /* the sign-up, account or log-in; the caller has locked it */
    enum delivery delivery;
    const char *to;
    struct bytes destination_index;
    enum code_letter letter;
    const char *country;  /* of the number; "" for e-mail */
    struct id account_id; /* who has logged in; nil: a stranger, who is counted by source */
};

struct code_sent {
    struct id challenge_id;
    int64_t expires_us;
    int64_t resend_us;
};

/* Inside a call_once body: decides, keeps the challenge and the message. Anything but 0 is to
 * be returned. */
int code_send(struct mutation *mutation, struct identity *identity, const struct code_order *order,
              int64_t now_us, struct code_sent *sent) must_check;

/* Inside a call_once body: counts and judges a guess and, when it is right, uses the code up. *row
 * is the challenge it was for. A nil challenge_id means the code sent last. Anything but 0 is
 * to be returned. */
int code_guess(struct mutation *mutation, struct identity *identity, struct id subject_id,
               struct id challenge_id, const char *code, int64_t now_us,
               struct challenge_row *row) must_check;

#endif
