#include "base/error.h"

GQuark
qy_error_quark(void)
{
    return g_quark_from_static_string("qy-error-quark");
}
