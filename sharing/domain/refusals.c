#include "sharing/domain/refusals.h"

SHARING_REFUSALS(REFUSAL_CONST)
