/* A profile: credentials and what later commands need of earlier ones, in a file that only its
 * owner can read
 * ($XDG_STATE_HOME/kontor/<profile>.json, by default under ~/.local/state). Several profiles may be
 * logged in at once. */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

#include <jansson.h>
#include <stdbool.h>

struct profile {
    char path[4096];
    char fresh[4112]; /* the file that will take the place of path */
    int file;         /* fresh, open for writing; -1: not reserved */
    json_t *values;
    bool is_program; /* a program's key stands in for it: nothing is kept */
};

/* Reads the file; one that is not there is an empty profile. false: *complaint says what is wrong.
 * name: letters, digits, '-', '_'. */
bool profile_read(struct profile *profile, const char *name, const char **complaint);

/* After profile_read: a program's key, the first line of a file, in the place of all that the
 * profile has. */
bool profile_be_program(struct profile *profile, const char *key_file, const char **complaint);

/* After profile_read: of a program that shows a certificate, nothing is in it. */
void profile_be_empty(struct profile *profile);

/* Lends a value; "" when there is none. */
const char *profile_get(const struct profile *profile, const char *key);

/* "" forgets the key. */
void profile_set(struct profile *profile, const char *key, const char *value);

/* Makes sure that the file can be written, before anything is sent whose answer has to be kept. */
bool profile_reserve(struct profile *profile, const char **complaint);

/* Writes the file anew, 0600, so that it is never seen half written. */
bool profile_write(struct profile *profile, const char **complaint);

void profile_deinit(struct profile *profile);

#endif
