#include "runtime/process/key_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/base/id.h"
#include "runtime/base/log.h"
#include "runtime/base/secret.h"
#include "runtime/base/text.h"
#include "runtime/database/key_check.h"

#define PATH_SIZE 4096

static bool make_folders_above(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

bool folder_make(const char *path)
{
    char copy[PATH_SIZE];
    return text_print(copy, sizeof copy, "%s", path) && make_folders_above(copy) &&
           (mkdir(copy, 0700) == 0 || errno == EEXIST);
}

/* A name once made stays, whatever happens to the machine. */
static bool keep_name(const char *path)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    bool fits = text_print(folder, sizeof folder, "%.*s",
                           slash == NULL ? 1 : (int)(slash - path) + 1, slash == NULL ? "." : path);
    int file = fits ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool kept = file >= 0 && fsync(file) == 0;
    return file >= 0 && close(file) == 0 && kept;
}

/* Made under a name that no other has, nor had before it died, and then linked, so that two
 * processes that start at once end with the same key. */
static bool key_make(const char *path)
{
    char fresh[PATH_SIZE], own[ID_TEXT_SIZE];
    uint8_t key[KEY_FILE_SIZE];
    if (!text_print(fresh, sizeof fresh, "%s.%s", path, id_format(id_new(clock_now_us()), own)) ||
        !make_folders_above(fresh))
        return false;
    int file = open(fresh, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    random_bytes(key, sizeof key);
    bool written = write(file, key, sizeof key) == (ssize_t)sizeof key && fsync(file) == 0;
    secret_wipe(key, sizeof key);
    written = close(file) == 0 && written && (link(fresh, path) == 0 || errno == EEXIST);
    return unlink(fresh) == 0 && written && keep_name(path);
}

/* Exactly as many bytes: a longer file is another kind of file. A pipe is not waited for. */
static bool key_read(const char *path, uint8_t key[KEY_FILE_SIZE])
{
    uint8_t bytes[KEY_FILE_SIZE + 1];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    bool whole = read(file, bytes, sizeof bytes) == KEY_FILE_SIZE;
    memcpy(key, bytes, KEY_FILE_SIZE);
    secret_wipe(bytes, sizeof bytes);
    return close(file) == 0 && whole;
}

const char *key_file_path(const struct settings *settings, const char *name, struct arena *arena)
{
    const char *path = settings_text(settings, "key-file");
    return path[0] != '\0'
               ? path
               : arena_printf(arena, "%s/%s", settings_text(settings, "state-directory"), name);
}

static enum failure refuse(const struct key_file *file, const char *event, const char *why)
{
    assert(file->path != NULL && file->name != NULL);
    log_write(LOG_ERROR, event, log_text("file", file->path), log_text("setting", "key-file"),
              log_text("why", why));
    return FAILURE_INVALID;
}

enum failure key_file_differs(const struct key_file *file)
{
    return refuse(file, "key_file_differs",
                  "the database holds data made with another key; name that key's file");
}

static enum failure make_if_missing(const struct key_file *file, bool is_bound)
{
    assert(file->path[0] != '\0');
    if (access(file->path, F_OK) == 0)
        return FAILURE_NONE;
    if (is_bound)
        return refuse(file, "key_file_missing",
                      "the database holds data made with the key of this file; put the file back");
    if (!file->may_be_made)
        return refuse(file, "key_file_missing",
                      "there is no such file; name one of 32 random bytes, or let it be made by "
                      "key-create");
    return key_make(file->path)
               ? FAILURE_NONE
               : refuse(file, "key_file_unwritable", "the file cannot be made there");
}

enum failure key_file_load(struct task *task, struct database *database,
                           const struct key_file *file, uint8_t key[KEY_FILE_SIZE])
{
    bool is_known;
    enum failure failure = key_check_is_kept(reader_of(task, database), file->name, &is_known);
    if (failure == FAILURE_NONE)
        failure = make_if_missing(file, is_known || file->has_data);
    if (failure != FAILURE_NONE)
        return failure;
    return key_read(file->path, key)
               ? FAILURE_NONE
               : refuse(file, "key_file_unreadable",
                        "it cannot be read, or does not have exactly 32 bytes");
}

enum failure key_file_check(struct task *task, struct database *database,
                            const struct key_file *file, const uint8_t key[KEY_FILE_SIZE])
{
    static const char label[] = "the check value of a key of Kontor";
    uint8_t value[KEY_CHECK_SIZE];
    bool fits;
    assert(database != NULL);
    hmac_sha256((struct bytes){key, KEY_FILE_SIZE}, label, sizeof label, value);
    enum failure failure = key_check_keep(reader_of(task, database), file->name, value, &fits);
    return failure == FAILURE_NONE && !fits ? key_file_differs(file) : failure;
}
