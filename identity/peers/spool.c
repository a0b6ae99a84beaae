#include "identity/peers/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/secret.h"
#include "runtime/base/text.h"

#define PATH_SIZE 4096

struct spool_work {
    const char *folder;
    const struct letter *letter;
    bool done;
};

bool spool_prepare(const char *folder)
{
    return (mkdir(folder, 0700) == 0 || errno == EEXIST) && access(folder, W_OK | X_OK) == 0;
}

static char *letter_to_json(const struct letter *letter)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "to", letter->to, "channel", letter->channel,
                               "subject", letter->subject, "text", letter->text);
    char *text = object != NULL ? json_dumps(object, JSON_INDENT(2)) : NULL;
    json_decref(object);
    return text;
}

static bool write_whole(int file, const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno != EINTR)
            return false;
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool write_file(const char *path, const char *text)
{
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool written = write_whole(file, text) && fsync(file) == 0;
    return close(file) == 0 && written;
}

static void spool_write(void *argument)
{
    struct spool_work *work = argument;
    char id[ID_TEXT_SIZE], fresh[PATH_SIZE], path[PATH_SIZE];
    id_format(work->letter->message_id, id);
    if (!text_print(fresh, sizeof fresh, "%s/.%s.%ld", work->folder, id, (long)getpid()) ||
        !text_print(path, sizeof path, "%s/%s.json", work->folder, id))
        return;
    char *text = letter_to_json(work->letter);
    if (text == NULL)
        return;
    work->done = write_file(fresh, text) && rename(fresh, path) == 0;
    secret_free(text);
}

enum failure spool_put(struct task *task, const char *folder, const struct letter *letter)
{
    struct spool_work work = {.folder = folder, .letter = letter};
    enum failure failure = task_offload(task, spool_write, &work);
    return failure == FAILURE_NONE && !work.done ? FAILURE_UNAVAILABLE : failure;
}
