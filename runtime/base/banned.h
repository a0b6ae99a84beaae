/* Included before every file of domain/, store/ and service/ by the build: what business code may
 * not call does not compile. Memory comes from arenas, text from text.h, time from clock.h or an
 * argument, randomness from text.h. */
#ifndef RUNTIME_BASE_BANNED_H
#define RUNTIME_BASE_BANNED_H

/* Headers that mention the names must be read before they are poisoned. */
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma GCC poison malloc calloc realloc free strdup strndup
#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strncat strtok gets asprintf vasprintf
#pragma GCC poison rand srand atoi atol atof strtod strtof
#pragma GCC poison gettimeofday clock_gettime localtime gmtime mktime sleep usleep nanosleep

#endif
