/* A key of 32 random bytes in a file that only its owner reads. */
#ifndef RUNTIME_PROCESS_KEY_FILE_H
#define RUNTIME_PROCESS_KEY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define KEY_FILE_SIZE 32

/* Makes a folder and those above it, 0700. */
bool folder_make(const char *path);

/* Reads the key. A file that is not there is made, with its folder, unless there is data: what
 * another key sealed or indexed could never be read or found again, so a lost file has to be put
 * back. false: one line was logged, naming the file. Blocks; for the start of a process. */
bool key_file_load(const char *path, bool has_data, uint8_t key[KEY_FILE_SIZE]);

#endif
