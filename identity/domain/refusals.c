#include "identity/domain/refusals.h"

IDENTITY_REFUSALS(REFUSAL_CONST)
