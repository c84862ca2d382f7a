/* One error domain for the engine. A code says what the caller can do about
 * it; the message says where, what was found, and what would be right. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QY_ERROR (qy_error_quark())
GQuark qy_error_quark(void);

/**
 * QyError:
 * @QY_ERROR_USAGE: wrong words on the command line (exit status 2)
 * @QY_ERROR_FILE: a file can't be read or written
 * @QY_ERROR_DATA: an input is not what the data dictionary asks for
 * @QY_ERROR_RULE: a rule pack says something that can't be meant; the message names file and line
 * @QY_ERROR_LIMIT: a limit was exceeded; the message names the limit
 * @QY_ERROR_TOO_FEW: too few to say, which is an answer and not a fault
 * @QY_ERROR_STORE: SQLite refused
 */
typedef enum {
    QY_ERROR_USAGE,
    QY_ERROR_FILE,
    QY_ERROR_DATA,
    QY_ERROR_RULE,
    QY_ERROR_LIMIT,
    QY_ERROR_TOO_FEW,
    QY_ERROR_STORE,
} QyError;

G_END_DECLS
