/* What a process does first so that its memory, which holds secrets for moments, stays in it. */
#ifndef RUNTIME_PROCESS_PROTECT_H
#define RUNTIME_PROCESS_PROTECT_H

/* No core file, and nobody but root may attach or read the memory. What cannot be had is logged. */
void process_protect_memory(void);

#endif
