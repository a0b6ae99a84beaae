/* A key of 32 random bytes in a file, and the database whose data is made with it. */
#ifndef RUNTIME_PROCESS_KEY_FILE_H
#define RUNTIME_PROCESS_KEY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/settings.h"
#include "runtime/database/database.h"

#define KEY_FILE_SIZE 32

/* A service with a key has the settings state-directory, key-file and key-create. */

struct key_file {
    const char *name; /* of the key in the database */
    const char *path;
    bool may_be_made;
    bool has_data; /* something in the database was made with the key */
};

/* Makes a folder and those above it, 0700. */
bool folder_make(const char *path);

/* The setting, or else the file of this name in the state directory. */
const char *key_file_path(const struct settings *settings, const char *name, struct arena *arena);

/* Reads the key. A file that is not there is made, with its folder, when it may be and the database
 * neither has data nor knows the key: what another key sealed or indexed could never be read or
 * found again, so a lost file has to be put back. INVALID: one line was logged, naming file and
 * setting. Blocks; for the start of a process. */
enum failure key_file_load(struct task *task, struct database *database,
                           const struct key_file *file, uint8_t key[KEY_FILE_SIZE]) must_check;

/* Once the key is known to open what there is: keeps its check value, or compares it with the one
 * that is kept. INVALID: the data is made with another key; one line was logged. */
enum failure key_file_check(struct task *task, struct database *database,
                            const struct key_file *file,
                            const uint8_t key[KEY_FILE_SIZE]) must_check;

/* One line, and INVALID: the data is made with another key. */
enum failure key_file_differs(const struct key_file *file) must_check;

#endif
