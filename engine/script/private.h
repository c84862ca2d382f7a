/* script: what its files share. */
#pragma once

#include "script/script.h"

#include <lauxlib.h>
#include <locale.h>

G_BEGIN_DECLS

/* Limits on what a pack may declare; a pack of 40 criteria needs about 300 declarations. */
#define QY_MAX_DECLARATIONS 4096
#define QY_MAX_VALUES 200000
#define QY_MAX_TEXT_BYTES 65536
#define QY_MAX_DEPTH 24
#define QY_MAX_FILE_BYTES (1 << 20)
#define QY_MAX_FAULTS 200
#define QY_SMALL_BYTES 512 /* blocks of Lua up to this are kept in lists */

/* One fault of a pack, in the order they are shown. */
typedef struct {
    const gchar *file;
    guint line;
    gchar *text; /* without file and line */
} QyFault;

struct _QyPack {
    lua_State *L;
    QyGuards guards;

    /* Guards of the call that is running (guard.c). */
    gsize used_bytes;
    void *small[QY_SMALL_BYTES / 16 + 1]; /* free small blocks by size */
    gchar *small_free, *small_end;        /* of the newest chunk */
    GPtrArray *small_chunks;
    gboolean guarded; /* limits hold; the host's own work is not limited */
    guint64 instructions_left;
    gint64 cpu_deadline_us; /* 0: the clock hasn't begun */
    const gchar *limit;     /* the limit that was hit, NULL none; static */
    gchar place[96];        /* where memory was last refused: "file:line: " */
    locale_t c_numbers;     /* numbers and order of text as in the C locale */

    /* Declarations (value.c, declare.c). */
    GPtrArray *blocks; /* memory of values, freed together */
    gchar *block_free, *block_end;
    gsize arena_bytes;
    guint n_values;
    GString *path; /* place inside the table being copied: where[2] */
    gboolean loading;
    enum { QY_PACK_FILES, QY_TAILORING, QY_TESTS } place_of_files; /* of the one being run */
    const gchar *file;                                             /* the one being run */
    GPtrArray *declarations;                                       /* (element-type QyDeclaration) */
    GHashTable *by_name;                                           /* "id" or "kind:id" → QyDeclaration */
    GHashTable *params;                                            /* id → Param (params.c) */
    GPtrArray *files;                                              /* (element-type utf8) */
    GHashTable *digests;                                           /* file → hex */
    GPtrArray *faults;                                             /* (element-type QyFault) */
    gboolean only_limits;                                          /* every fault so far is a limit that was hit */

    gconstpointer say_metatable, call_metatable;
    gint message_handler; /* reference */
};

static inline QyPack *
qy_pack_of(lua_State *L)
{
    return *(QyPack **)lua_getextraspace(L);
}

/* guard.c: the state, its memory and its instructions. */
gboolean qy_guard_open(QyPack *self);
/* Runs the function below @n_args with limits; one result. On failure the stack
 * is as before the function was pushed, and (transfer full) the reason returned. */
gchar *qy_guard_run(QyPack *self, guint n_args, guint64 instructions);
/* Text of a chunk under limits: a function on the stack, or the reason. */
gchar *qy_guard_compile(QyPack *self, const gchar *text, gsize length, const gchar *chunk);
/* Counts work that C does for a script; raises when it is too much. */
void qy_guard_charge(lua_State *L, guint64 instructions);

/* library.c: the pure part of Lua's library, in the table at the top of the stack. */
void qy_library_open(lua_State *L);
/* A table of the script can't be seen through: @name in messages. Replaces the
 * table at the top by a proxy that is read-only. */
void qy_library_seal(lua_State *L, const gchar *name);

/* words.c: the grammar: say, count, p … */
typedef struct {
    const gchar *word; /* static */
    guint line;        /* 0: not known */
} QyCall;              /* userdata; user value 1: table of its arguments, or nil */
void qy_words_open(lua_State *L);
const QyCall *qy_words_call(QyPack *self, gint index);

/* declare.c: the declarations' words, and the checks of one declaration. */
void qy_declare_open(lua_State *L);
/* Names used once, owners and stars that exist. */
void qy_declare_finish(QyPack *self);

/* value.c: deep copies. */
gpointer qy_pack_alloc(QyPack *self, gsize bytes);
const gchar *qy_pack_text(QyPack *self, const gchar *text);
/* Copies the Lua value at @index; NULL when it can't be one, with @why (static or the pack's). */
const QyValue *qy_value_copy(QyPack *self, gint index, guint line, const gchar **why);
const gchar *qy_value_type_name(const QyValue *self);

/* params.c */
void qy_params_add(QyPack *self, const QyDeclaration *declaration);
void qy_params_tailor(QyPack *self);
gboolean qy_value_has_decimal(const QyValue *self);

/* purity.c: refuses functions that remember, freezes the tables they can reach. */
void qy_purity_check(QyPack *self);

/* pack.c */
void qy_pack_fault(QyPack *self, const gchar *file, guint line, const gchar *format, ...) G_GNUC_PRINTF(4, 5);
void qy_pack_fault_at(QyPack *self, const QyDeclaration *declaration, const gchar *format, ...) G_GNUC_PRINTF(3, 4);
/* A message of the rule language: in the reader's language while loading; as
 * written in a run, whose record doesn't depend on a locale. */
const gchar *qy_rule_text(lua_State *L, const gchar *text);

G_END_DECLS
