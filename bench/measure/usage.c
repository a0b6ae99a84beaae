#include "bench/measure/usage.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t schedstat_ns(const char *path)
{
    int64_t ran_ns = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%" SCNd64, &ran_ns) != 1)
        ran_ns = 0;
    fclose(file);
    return ran_ns;
}

int64_t usage_process_ns(pid_t process)
{
    char folder[64], path[128];
    int64_t sum = 0;
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)process);
    DIR *threads = opendir(folder);
    if (threads == NULL)
        return 0;
    for (const struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        if (!isdigit((unsigned char)thread->d_name[0]))
            continue;
        snprintf(path, sizeof path, "%s/%.20s/schedstat", folder, thread->d_name);
        sum += schedstat_ns(path);
    }
    closedir(threads);
    return sum;
}

/* The fields of /proc/<pid>/stat after the name, which may hold spaces: parent is the 2nd, cutime
 * and cstime the 14th and 15th. */
static int64_t ended_children_ns(pid_t process, pid_t *parent)
{
    char path[64], line[1024] = "";
    long long user = 0, system = 0;
    *parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    const char *rest = fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;
    fclose(file);
    int found = 0;
    if (rest != NULL)
        found = sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld",
                       parent, &user, &system);
    return found == 3 ? (user + system) * (NS_PER_S / sysconf(_SC_CLK_TCK)) : 0;
}

int64_t usage_family_ns(pid_t parent)
{
    pid_t ignored;
    int64_t sum = usage_process_ns(parent) + ended_children_ns(parent, &ignored);
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return sum;
    for (const struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        pid_t process = isdigit((unsigned char)entry->d_name[0]) ? (pid_t)atoi(entry->d_name) : 0;
        pid_t its_parent = 0;
        if (process > 0)
            (void)ended_children_ns(process, &its_parent);
        if (its_parent == parent)
            sum += usage_process_ns(process);
    }
    closedir(processes);
    return sum;
}

int64_t usage_machine_ns(void)
{
    long long user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupts = 0, soft = 0,
              stolen = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (file == NULL)
        return 0;
    int found = fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &user, &nice, &system,
                       &idle, &wait, &interrupts, &soft, &stolen);
    fclose(file);
    return found == 8 ? (user + nice + system + interrupts + soft + stolen) *
                            (NS_PER_S / sysconf(_SC_CLK_TCK))
                      : 0;
}

int64_t usage_memory_bytes_max(pid_t process)
{
    char path[64], line[256];
    long long kibibytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    while (kibibytes == 0 && fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "VmHWM: %lld kB", &kibibytes);
    fclose(file);
    return (int64_t)kibibytes * 1024;
}
