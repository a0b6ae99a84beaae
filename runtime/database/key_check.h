/* The check value of a key, kept in the database whose data is made with it: tells at the start
 * that a process was given another key. The value tells nothing of the key. */
#ifndef RUNTIME_DATABASE_KEY_CHECK_H
#define RUNTIME_DATABASE_KEY_CHECK_H

#include "runtime/database/database.h"

#define KEY_CHECK_SIZE 32

/* Whether a value is kept under the name. */
enum failure key_check_is_kept(struct reader reader, const char *name, bool *kept) must_check;

/* Keeps the value unless one is kept, for good; *fits: the one that is kept then is this one. */
enum failure key_check_keep(struct reader reader, const char *name,
                            const uint8_t value[KEY_CHECK_SIZE], bool *fits) must_check;

#endif
