#include "cli/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/secret.h"

#define KEY_START "kontor_"
#define KEY_LINE_SIZE 256

#define NAME_LENGTH_MAX 64

static bool name_is_valid(const char *name)
{
    size_t length =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return length >= 1 && length <= NAME_LENGTH_MAX && name[length] == '\0';
}

static bool make_folder(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int result = mkdir(path, 0700);
        *slash = '/';
        if (result != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool find_path(struct profile *profile, const char *name)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length;
    if (state != NULL && state[0] == '/')
        length = snprintf(profile->path, sizeof(profile->path), "%s/kontor/%s.json", state, name);
    else
        length = snprintf(profile->path, sizeof(profile->path), "%s/.local/state/kontor/%s.json",
                          home != NULL ? home : "/", name);
    return length > 0 && (size_t)length < sizeof(profile->path) && make_folder(profile->path);
}

bool profile_read(struct profile *profile, const char *name, const char **complaint)
{
    *profile = (struct profile){.file = -1};
    if (!name_is_valid(name)) {
        *complaint = "a profile's name has 1 to 64 letters, digits, \"-\" and \"_\"";
        return false;
    }
    if (!find_path(profile, name)) {
        *complaint =
            "the folder for credentials cannot be made; set XDG_STATE_HOME to one that can";
        return false;
    }
    struct stat status;
    if (stat(profile->path, &status) == 0 && (status.st_mode & 077) != 0) {
        *complaint = "the credentials file can be read by others; chmod 600 it";
        return false;
    }
    profile->values = json_load_file(profile->path, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(profile->values)) {
        json_decref(profile->values);
        profile->values = json_object();
    }
    return true;
}

void profile_be_empty(struct profile *profile)
{
    json_object_clear(profile->values);
    profile->is_program = true;
}

bool profile_be_program(struct profile *profile, const char *key_file, const char **complaint)
{
    char line[KEY_LINE_SIZE] = "";
    FILE *file = fopen(key_file, "re");
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL)
        fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    is_read = is_read && strncmp(line, KEY_START, strlen(KEY_START)) == 0;
    if (is_read) {
        profile_be_empty(profile);
        profile_set(profile, "session_token", line);
    }
    secret_wipe(line, sizeof(line));
    *complaint = "--program-key-file: there is no program's key in this file (kontor_…)";
    return is_read;
}

const char *profile_get(const struct profile *profile, const char *key)
{
    const char *value = json_string_value(json_object_get(profile->values, key));
    return value != NULL ? value : "";
}

void profile_set(struct profile *profile, const char *key, const char *value)
{
    if (value[0] == '\0')
        json_object_del(profile->values, key);
    else
        json_object_set_new(profile->values, key, json_string(value));
}

bool profile_reserve(struct profile *profile, const char **complaint)
{
    if (profile->file >= 0)
        return true;
    if (profile->is_program) {
        *complaint = "this is for people: a program's key keeps no profile";
        return false;
    }
    snprintf(profile->fresh, sizeof(profile->fresh), "%s.%ld", profile->path, (long)getpid());
    profile->file = open(profile->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (profile->file < 0)
        *complaint = "the credentials file cannot be written";
    return profile->file >= 0;
}

bool profile_write(struct profile *profile, const char **complaint)
{
    if (!profile_reserve(profile, complaint))
        return false;
    bool written = json_dumpfd(profile->values, profile->file, JSON_INDENT(2)) == 0 &&
                   fsync(profile->file) == 0;
    written = close(profile->file) == 0 && written;
    profile->file = -1;
    if (written && rename(profile->fresh, profile->path) == 0)
        return true;
    unlink(profile->fresh);
    *complaint = "the credentials file cannot be written";
    return false;
}

void profile_deinit(struct profile *profile)
{
    if (profile->file >= 0) {
        close(profile->file);
        unlink(profile->fresh);
    }
    json_decref(profile->values);
}
