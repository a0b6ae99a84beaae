/* A password that somebody chooses, with its confirmation (ID-33). */
#ifndef IDENTITY_SERVICE_NEW_PASSWORD_H
#define IDENTITY_SERVICE_NEW_PASSWORD_H

#include "identity/service/identity_service.h"

struct new_password {
    const char
        *field; /* of the request; that of the confirmation is called so with _confirmation */
    const char *text, *confirmation; /* in Unicode's NFKC form; NULL: unreadable */
};

/* Adds violations of both; email is normal, or "". */
void field_new_password(struct call *call, const struct new_password *password, const char *email);

/* The hash, in the call's arena, takes the password's place; hashes of one source wait for each
 * other. */
int new_password_hash(struct call *call, const char **password) must_check;

/* The same of one whose address only who has a code may know (S10): "" takes the place of one that
 * is like it, for new_password_refuse_like to say so once the code was right. */
int new_password_hash_unlike(struct call *call, const char **password,
                             const char *email) must_check;
int new_password_refuse_like(struct call *call, const char *field, const char *hash) must_check;

#endif
