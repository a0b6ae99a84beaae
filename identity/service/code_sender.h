/* Codes: sends six digits to a contact and judges what is typed back (ID-05, ID-11). Shared by
 * sign-up, second channel and log-in. */
#ifndef IDENTITY_SERVICE_CODE_SENDER_H
#define IDENTITY_SERVICE_CODE_SENDER_H

#include "identity/service/identity_service.h"
#include "identity/store/challenge_store.h"

/* The message that travels. One that must not use a code gets another text; the caller sees no
 * difference (S9, S10). */
enum code_letter { LETTER_CODE, LETTER_RESET, LETTER_REGISTERED, LETTER_UNKNOWN };

struct code_order {
    struct id subject_id; /* the sign-up, account or log-in; the caller has locked it */
    enum delivery delivery;
    const char *to;
    struct bytes destination_index;
    enum code_letter letter;
    const char *country;  /* of the number; "" for e-mail */
    struct id account_id; /* of somebody who has logged in; nil: a stranger, counted by source */
};

struct code_sent {
    struct id challenge_id;
    int64_t expires_us;
    int64_t resend_us;
};

/* Inside a call_once body: decides, keeps the challenge and the message. */
int code_send(struct mutation *mutation, const struct code_order *order,
              struct code_sent *sent) must_check;

/* S10: counts a message that somebody has us send against the limits, unless one is reached; letter
 * and subject_id are not asked for. */
struct text_counted {
    enum text_verdict verdict;
    size_t reached; /* of text_limits */
};
enum failure text_count(struct mutation *mutation, const struct code_order *order,
                        struct text_counted *counted) must_check;
struct bytes text_index_of_all(struct call *call); /* TEXT_PHONE_OF_ALL */
int text_refuse(struct call *call, const struct text_counted *counted);

struct code_typed {
    struct id subject_id;
    struct id challenge_id; /* nil: of the code sent last */
    const char *code;
};

/* Inside a call_once body: counts and judges a guess and, when it is right, uses the code up. *row
 * is the challenge it was for. */
int code_guess(struct mutation *mutation, const struct code_typed *typed,
               struct challenge_row *row) must_check;

#endif
