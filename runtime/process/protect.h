/* The first steps of a process, so that its memory, which holds secrets for moments, stays in it.
 */
#ifndef RUNTIME_PROCESS_PROTECT_H
#define RUNTIME_PROCESS_PROTECT_H

/* No core file, and nobody but root may attach or read the memory. It logs what cannot be had. */
void process_protect_memory(void);

#endif
