/* Dials the process's own gRPC port as a stranger would. A listener that accepts nobody any more
 * (every file descriptor was used up once: CVE-2023-4785) still connects, for the kernel does that;
 * so an answer is waited for. */
#ifndef RUNTIME_PROCESS_OWN_PORT_H
#define RUNTIME_PROCESS_OWN_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* address as in listen-address, port the one that was bound (it may have been 0 in address). Blocks
 * for wait_ms at most: for task_offload. A host that is a name is not looked up and counts as
 * answering. */
bool own_port_answers(const char *address, int port, bool is_tls, int wait_ms);

#endif
