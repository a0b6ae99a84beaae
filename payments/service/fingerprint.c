#include "payments/service/fingerprint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/base/secret.h"

#define PATH_SIZE 4096
#define KEY_NAME "payments-fingerprint.key"

static bool make_directories(const char *path)
{
    char part[PATH_SIZE];
    if (!text_print(part, sizeof part, "%s", path))
        return false;
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return mkdir(part, 0700) == 0 || errno == EEXIST;
}

/* Made under a name of its own and then linked, so that two processes that start at once end with the same key. */
static bool key_make(const char *path)
{
    char fresh[PATH_SIZE];
    struct fingerprint_key key;
    if (!text_print(fresh, sizeof fresh, "%s.%ld", path, (long)getpid()))
        return false;
    int file = open(fresh, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    random_bytes(key.bytes, sizeof key.bytes);
    bool written = write(file, key.bytes, sizeof key.bytes) == (ssize_t)sizeof key.bytes && fsync(file) == 0;
    secret_wipe(&key, sizeof key);
    written = close(file) == 0 && written && (link(fresh, path) == 0 || errno == EEXIST);
    return unlink(fresh) == 0 && written;
}

static bool key_read(struct fingerprint_key *key, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool whole = read(file, key->bytes, sizeof key->bytes) == (ssize_t)sizeof key->bytes;
    return close(file) == 0 && whole;
}

bool fingerprint_key_load(struct fingerprint_key *key, const char *directory)
{
    char path[PATH_SIZE];
    bool loaded = text_print(path, sizeof path, "%s/%s", directory, KEY_NAME) && make_directories(directory) &&
                  (access(path, F_OK) == 0 || key_make(path)) && key_read(key, path);
    if (!loaded)
        log_write(LOG_ERROR, "payments_key_unreadable", log_text("directory", directory), log_text("file", KEY_NAME));
    return loaded;
}

void fingerprint_make(const struct fingerprint_key *key, const char *number, uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    hmac_sha256((struct bytes){key->bytes, sizeof key->bytes}, number, strlen(number), fingerprint);
}
