/* The first steps of a process: its memory, which holds secrets for moments, stays in it, and it
 * may open as much as there is. */
#ifndef RUNTIME_PROCESS_PROTECT_H
#define RUNTIME_PROCESS_PROTECT_H

/* No core file, and nobody but root may attach or read the memory. It logs what cannot be had. */
void process_protect_memory(void);

/* Listeners that run out of descriptors once may never accept again (gRPC 1.51), so there are as
 * many as we may have. */
void process_raise_descriptors(void);

#endif
