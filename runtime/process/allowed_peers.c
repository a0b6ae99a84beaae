#include "runtime/process/allowed_peers.h"

#include <string.h>

static const struct refusal not_allowed = {"PEER_NOT_ALLOWED", NEVER, CODE_PERMISSION_DENIED,
                                           "This certificate may not call this service."};

static const char *allowed; /* one process, one server */

static bool list_names(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *entry = list; *entry != '\0'; entry += strcspn(entry, ",")) {
        entry += strspn(entry, ", ");
        if (length > 0 && strcspn(entry, ", ") == length && strncmp(entry, name, length) == 0)
            return true;
    }
    return false;
}

static int guard(struct call *call)
{
    return list_names(allowed, call_peer_identity(call))
               ? 0
               : call_refuse(call, &not_allowed, NO_TERMS);
}

void allowed_peers_guard(struct rpc_server *server, const char *identities)
{
    allowed = identities;
    if (identities[0] != '\0')
        rpc_server_set_guard(server, guard);
}
