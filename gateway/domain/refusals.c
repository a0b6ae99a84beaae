#include "gateway/domain/refusals.h"

GATEWAY_REFUSALS(REFUSAL_CONST)
