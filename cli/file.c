#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_read(struct arena *arena, const char *name, size_t size_max, const char *size_text,
               struct bytes *content)
{
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "rbe");
    uint8_t *data = in != NULL ? arena_try_alloc(arena, size_max + 1) : NULL;
    size_t size = data != NULL ? fread(data, 1, size_max + 1, in) : 0;
    bool read = data != NULL && ferror(in) == 0 && size <= size_max;
    if (!read && size > size_max)
        fprintf(stderr, "kontor: %s: more than %s\n", name, size_text);
    else if (!read)
        fprintf(stderr, "kontor: %s: %s\n", name, strerror(errno));
    if (in != NULL && in != stdin)
        fclose(in);
    *content = (struct bytes){data, size};
    return read;
}

static bool write_all(FILE *out, struct bytes content)
{
    return out != NULL && fwrite(content.data, 1, content.size, out) == content.size &&
           fflush(out) == 0;
}

static bool replace_file(const char *name, struct bytes content)
{
    char fresh[PATH_MAX];
    if (!text_print(fresh, sizeof fresh, "%s.%ld", name, (long)getpid())) {
        errno = ENAMETOOLONG;
        return false;
    }
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (out == NULL)
        return false;
    bool written = write_all(out, content) && fsync(descriptor) == 0;
    written = fclose(out) == 0 && written && rename(fresh, name) == 0;
    int why = errno;
    if (!written)
        unlink(fresh);
    errno = why;
    return written;
}

static bool write_to(const char *name, struct bytes content)
{
    struct stat there;
    if (strcmp(name, "-") == 0)
        return write_all(stdout, content);
    if (stat(name, &there) != 0 || S_ISREG(there.st_mode))
        return replace_file(name, content);
    FILE *out = fopen(name, "wb");
    bool written = write_all(out, content);
    return out != NULL && fclose(out) == 0 && written;
}

enum exit_code file_write(const char *name, struct bytes content)
{
    if (write_to(name, content))
        return EXIT_DONE;
    fprintf(stderr, "kontor: %s: %s\n", name, strerror(errno));
    return EXIT_UNREPORTED;
}
