/* A bearer token in a file, read for every request, so that it may be changed while we run. */
#ifndef IDENTITY_PEERS_BEARER_FILE_H
#define IDENTITY_PEERS_BEARER_FILE_H

#include <stdbool.h>

#include "runtime/base/secret.h"
#include "runtime/loop/task.h"

#define BEARER_SIZE 4096

struct bearer_file {
    const char *path;       /* "" for none */
    char text[BEARER_SIZE]; /* without its last line end; wiped by bearer_file_wipe */
    bool done;
};

/* UNAVAILABLE: it cannot be read, which was logged for the name. Awaits. */
enum failure bearer_file_read(struct task *task, const char *name, struct bearer_file *file,
                              struct secret *bearer) must_check;
void bearer_file_wipe(struct bearer_file *file);

#endif
