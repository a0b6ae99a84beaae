/* A message on its way out, as each way out takes it; it may hold a code. */
#ifndef IDENTITY_PEERS_LETTER_H
#define IDENTITY_PEERS_LETTER_H

#include "runtime/base/id.h"

struct letter {
    struct id message_id;
    const char *channel; /* "EMAIL", "SMS", "VOICE" */
    const char *to;
    const char *subject;
    const char *text;
};

/* Before the first letter: what the JSON library copies of letters is wiped with its memory. */
void letters_begin(void);

#endif
