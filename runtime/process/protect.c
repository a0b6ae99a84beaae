#include "runtime/process/protect.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "runtime/base/log.h"

void process_protect_memory(void)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        log_write(LOG_WARN, "memory_not_protected", log_text("because", strerror(errno)));
}
