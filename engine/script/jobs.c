#define G_LOG_DOMAIN "qy-script"
#include "script/script.h"
