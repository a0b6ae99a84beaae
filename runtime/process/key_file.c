#include "runtime/process/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/base/secret.h"
#include "runtime/base/text.h"

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

/* Made under a name of its own and then linked, so that two processes that start at once end with
 * the same key. */
static bool key_make(const char *path)
{
    char fresh[PATH_SIZE];
    uint8_t key[KEY_FILE_SIZE];
    if (!text_print(fresh, sizeof fresh, "%s.%ld", path, (long)getpid()) ||
        !make_folders_above(fresh))
        return false;
    int file = open(fresh, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    random_bytes(key, sizeof key);
    bool written = write(file, key, sizeof key) == (ssize_t)sizeof key && fsync(file) == 0;
    secret_wipe(key, sizeof key);
    written = close(file) == 0 && written && (link(fresh, path) == 0 || errno == EEXIST);
    return unlink(fresh) == 0 && written;
}

/* Exactly as many bytes: a longer file is another kind of file. */
static bool key_read(const char *path, uint8_t key[KEY_FILE_SIZE])
{
    uint8_t bytes[KEY_FILE_SIZE + 1];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool whole = read(file, bytes, sizeof bytes) == KEY_FILE_SIZE;
    memcpy(key, bytes, KEY_FILE_SIZE);
    secret_wipe(bytes, sizeof bytes);
    return close(file) == 0 && whole;
}

bool key_file_load(const char *path, bool has_data, uint8_t key[KEY_FILE_SIZE])
{
    bool there = access(path, F_OK) == 0;
    if (!there && has_data) {
        log_write(
            LOG_ERROR, "key_file_missing", log_text("file", path),
            log_text("why",
                     "the database holds data made with the key of this file; put the file back"));
        return false;
    }
    if ((there || key_make(path)) && key_read(path, key))
        return true;
    log_write(LOG_ERROR, "key_file_unreadable", log_text("file", path));
    return false;
}
