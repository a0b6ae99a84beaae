/* A password that somebody chooses, with its confirmation (ID-33). */
#ifndef IDENTITY_SERVICE_NEW_PASSWORD_H
#define IDENTITY_SERVICE_NEW_PASSWORD_H

#include "identity/service/identity_service.h"

/* Adds violations of "password" and "password_confirmation"; both are in Unicode's NFKC form, email
 * is normal, or "". */
void field_new_password(struct call *call, const char *password, const char *confirmation,
                        const char *email);

/* The hash, in the call's arena, takes the password's place; hashes of one source wait for each
 * other. */
int new_password_hash(struct call *call, const char **password) must_check;

#endif
