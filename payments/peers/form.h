/* An application/x-www-form-urlencoded body, bounded. It may hold a card number: form_wipe when it
 * was sent. */
#ifndef PAYMENTS_PEERS_FORM_H
#define PAYMENTS_PEERS_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORM_SIZE 4096

struct form {
    char text[FORM_SIZE];
    size_t size;
    bool overflowed; /* sticky; such a form is not sent */
};

/* Adds name=value, both encoded; a NULL value adds nothing. */
void form_add(struct form *form, const char *name, const char *value);
void form_add_int64(struct form *form, const char *name, int64_t value);
void form_wipe(struct form *form);

#endif
