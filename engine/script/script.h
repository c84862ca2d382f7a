/* script: the Lua host. Loads a rule pack, keeps what it declares as plain
 * value trees with file and line, and calls its functions under guards. Knows
 * values, never scores.
 *
 * Declarations are collected, not interpreted: measure/, judge/ and score/
 * each read those of their kinds.
 */
#pragma once

#include "base/base.h"

#include <lua.h>

G_BEGIN_DECLS

typedef enum {
    QY_VALUE_BOOLEAN,
    QY_VALUE_INTEGER,
    QY_VALUE_DECIMAL, /* scale 6: values of param and tailor.set, share and confidence, weights and posts */
    QY_VALUE_TEXT,
    QY_VALUE_SAY,  /* say("中文","English") */
    QY_VALUE_LIST, /* 1..n */
    QY_VALUE_MAP,  /* text keys, sorted; a table with both parts has its list in items too */
    QY_VALUE_CALL, /* a word of the grammar: count{…}, sum(x), p"id", col"x", any{…}, four_quarters, period.first */
    QY_VALUE_FUNCTION, /* a Lua function: a reference for qy_pack_push_function() */
} QyValueType;

/* Immutable; belongs to its pack. A word called with one table has the table's
 * list as positional and its keys as named arguments: count{c1, c2} has two
 * items. A bare word (four_quarters, as_of, period.first) is a CALL without
 * arguments. */
typedef struct _QyValue QyValue;
struct _QyValue {
    QyValueType type;
    gboolean boolean;
    gint64 integer;    /* INTEGER, DECIMAL (scaled by 10^6), FUNCTION's reference */
    const gchar *text; /* TEXT; CALL: the word */
    QySay say;         /* SAY, and TEXT (both the same) */
    guint n_items;     /* LIST; positional arguments of CALL, list part of MAP */
    const QyValue *const *items;
    guint n_fields;           /* MAP; named arguments of CALL */
    const gchar *const *keys; /* sorted by bytes */
    const QyValue *const *fields;
    guint line; /* where it was made, when known; else the declaration's */
};

/* Field by key; NULL when absent. */
const QyValue *qy_value_field(const QyValue *self, const gchar *key);
/* Text of a TEXT field; NULL when absent or of another type. */
const gchar *qy_value_field_text(const QyValue *self, const gchar *key);

typedef struct {
    const gchar *kind; /* "measure", "criterion", … */
    const gchar *id;   /* "" where the kind has none (tailor) */
    const gchar *file; /* relative to the pack */
    guint line;
    const QyValue *body; /* MAP */
} QyDeclaration;

typedef struct {
    gsize memory_bytes;        /* of one pack's state; 0: 64 MiB */
    guint64 load_instructions; /* per file; 0: 10 million */
    guint64 call_instructions; /* per call; 0: 1 million */
    guint call_ms;             /* deadline of a worker's call; 0: 1000 */
} QyGuards;

typedef struct _QyPack QyPack;

/**
 * qy_pack_load:
 * @folder: the pack: every *.lua directly in it, in byte order of names (not tests/)
 * @tailoring: (nullable): a department's file
 *
 * Checks what doesn't need the data: known kinds and keys, required keys and
 * their types, names used once, dates of parameters. All faults are
 * reported together, one line each: "measures.lua:14: measure "x": …".
 *
 * Errors: %QY_ERROR_RULE, %QY_ERROR_LIMIT, %QY_ERROR_FILE.
 */
QyPack *qy_pack_load(const gchar *folder, const gchar *tailoring, const QyGuards *guards, GError **error);
/* The same with the pack's tests/ *.lua, whose declarations have kind "case". */
QyPack *qy_pack_load_with_tests(const gchar *folder, const QyGuards *guards, GError **error);
void qy_pack_free(QyPack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyPack, qy_pack_free)

/* In order of file and line, without what the tailoring leaves out. @kind NULL: all.
 * (element-type QyDeclaration) (transfer container) */
GPtrArray *qy_pack_declarations(const QyPack *self, const gchar *kind);
/* A measure, param, criterion, index or commend by its id; other kinds by
 * "kind:id" ("fact:x", "owner:org"). NULL when there is none. */
const QyDeclaration *qy_pack_find(const QyPack *self, const gchar *id);
/* The pack's files in order (element-type utf8) and the digest of one's text. */
const GPtrArray *qy_pack_files(const QyPack *self);
const gchar *qy_pack_file_digest(const QyPack *self, const gchar *file);

/* A parameter's value in force at @date (tailoring applied): INTEGER, DECIMAL,
 * TEXT (a word or a date) or LIST of words; NULL when none is in force.
 * Unknown ids are %QY_ERROR_RULE. */
const QyValue *qy_pack_parameter(const QyPack *self, const gchar *id, QyDate date, GError **error);

/* The state, for bindings that push their own objects. Inside it the pack's
 * scripts can't see the host's registry or globals. */
lua_State *qy_pack_state(QyPack *self);
void qy_pack_push_function(QyPack *self, const QyValue *function);
/**
 * qy_pack_call:
 * Calls the function below its @n_args on the stack for one result, under
 * the instruction and memory limits. On failure the stack is as before the
 * function was pushed and @error says file, line and limit.
 */
gboolean qy_pack_call(QyPack *self, guint n_args, GError **error);
/* Whether the last call failed for lack of time, which another run may have. */
gboolean qy_pack_timed_out(const QyPack *self);
/* Milliseconds of processor time that a call may take. */
guint qy_pack_call_ms(const QyPack *self);
/* Pushes the table at @index, or what is behind it when it is a table of the
 * pack's files, which are frozen once loaded. For lua_next() and raw access. */
void qy_pack_push_table(lua_State *L, gint index);
/* Text at @index of the state: a string (both languages the same) or a
 * say("中文","English"). It lives as long as the Lua value. */
gboolean qy_pack_to_say(QyPack *self, gint index, QySay *out);

/* Work in child processes that can be killed.
 * @n_items items, begun in order, are spread over @n_workers children made by
 * fork; each writes its answer for an item to @answer. A child that gives no
 * sign for @deadline_ms by the clock, and then for as long by the processor (a
 * busy machine kills nobody), or that dies, loses its item; a new child goes
 * on behind it. The process should have no other threads while the children are made. */
typedef struct {
    guint n_items, n_workers, deadline_ms;                                 /* 0 workers: as many as the machine has */
    void (*work)(gpointer data, guint item, GByteArray *answer);           /* in the child */
    void (*done)(gpointer data, guint item, const guint8 *bytes, gsize n); /* in the parent, any order */
    /* in the parent; @step: the last that the child told; @why: "deadline" or "signal 11" */
    void (*lost)(gpointer data, guint item, guint step, const gchar *why);
    gpointer data;
} QyJobs;
/* Returns when each item is done or lost. Errors: %QY_ERROR_LIMIT when no child can be made. */
gboolean qy_jobs_run(const QyJobs *jobs, GError **error);
/* In a child, inside work(): a sign of life before a step that has a deadline of its own. */
void qy_jobs_beat(guint step);

G_END_DECLS
