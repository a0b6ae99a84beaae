#include "identity/peers/bearer_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/base/text.h"

/* A pipe is not waited for. */
static void read_text(void *argument)
{
    struct bearer_file *reading = argument;
    int file = open(reading->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = file < 0 ? -1 : read(file, reading->text, sizeof reading->text);
    if (file >= 0)
        close(file);
    if (size <= 0 || size == sizeof reading->text)
        return;
    size -= reading->text[size - 1] == '\n';
    reading->text[size] = '\0';
    reading->done = text_is_clean(reading->text, BEARER_SIZE) && size > 0;
}

enum failure bearer_file_read(struct task *task, const char *name, struct bearer_file *file,
                              struct secret *bearer)
{
    if (file->path[0] == '\0')
        return FAILURE_NONE;
    enum failure failure = task_offload(task, read_text, file);
    if (failure != FAILURE_NONE)
        return failure;
    if (!file->done) {
        log_write(LOG_ERROR, "identity_bearer_unreadable", log_text("of", name),
                  log_text("file", file->path));
        return FAILURE_UNAVAILABLE;
    }
    *bearer = secret_wrap(file->text);
    return FAILURE_NONE;
}

void bearer_file_wipe(struct bearer_file *file)
{
    secret_wipe(file->text, sizeof file->text);
}
