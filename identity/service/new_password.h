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

#endif
