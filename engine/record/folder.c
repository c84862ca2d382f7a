#define G_LOG_DOMAIN "qy-record"

#include "record/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "record/manifest.h"

#define MARKER ".qiyue-writing"
/* Somebody else's exchange may come between making a folder and locking it. */
#define LOCK_TRIES 10

struct _QyFolder {
    gchar *parent; /* where all names below live */
    gchar *out_name, *new_name, *old_name;
    gchar *out_path, *new_path;
    gint parent_fd, new_fd, replaced_fd; /* -1: not open; closing drops the lock */
    gboolean taken;                      /* OUT.new took OUT's place */
};

gboolean (*qy_folder_step_hook)(const gchar *step, GError **error) = NULL;

gboolean
qy_folder_step(const gchar *step, GError **error)
{
    return !qy_folder_step_hook || qy_folder_step_hook(step, error);
}

static gint
exchange_names(gint parent_fd, const gchar *a, const gchar *b)
{
    return renameat2(parent_fd, a, parent_fd, b, RENAME_EXCHANGE);
}

gint (*qy_folder_exchange)(gint parent_fd, const gchar *a, const gchar *b) = exchange_names;

static gboolean
fail(GError **error, const gchar *path, const gchar *what)
{
    gint code = errno;
    g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s: %s: %s", path, what, g_strerror(code));
    return FALSE;
}

static gboolean
refuse(GError **error, const gchar *path, const gchar *why)
{
    g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s: %s", path, why);
    return FALSE;
}

/* --- What is in a folder --- */

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Names in an open folder, sorted; NULL with errno. */
static GPtrArray *
list_names(gint fd)
{
    gint again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = again < 0 ? NULL : fdopendir(again);
    if (!folder)
        return NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            g_ptr_array_add(names, g_strdup(entry->d_name));
    closedir(folder);
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean
has_name(const GPtrArray *names, const gchar *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

/* What file managers and office programs leave behind is nobody's work. */
static gboolean
is_litter(const gchar *name)
{
    return g_str_has_prefix(name, ".~lock.") || g_str_has_prefix(name, "~$") || g_str_equal(name, ".DS_Store") ||
           g_str_equal(name, "Thumbs.db") || g_str_equal(name, "desktop.ini") || g_str_equal(name, MARKER);
}

/* Whether a folder may be removed: all in it is ours. */
static gboolean
check_ours(const gchar *path, gint fd, gboolean *is_empty, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(fd);
    if (!names)
        return fail(error, path, _("can't be read"));
    *is_empty = names->len == 0;
    if (names->len == 0 || has_name(names, MARKER))
        return TRUE;
    g_autofree gchar *manifest = g_build_filename(path, QY_MANIFEST_NAME, NULL);
    g_autoptr(GPtrArray) own = qy_manifest_files(manifest);
    if (!own)
        return refuse(error, path, _("is not a folder of results; not replaced. Name another folder, or an empty one"));
    for (guint i = 0; i < names->len; i++) {
        const gchar *name = names->pdata[i];
        if (!has_name(own, name) && !is_litter(name)) {
            g_autofree gchar *shown = qy_text_safe(name, -1);
            g_set_error(error, QY_ERROR, QY_ERROR_FILE,
                        _("%s: holds \"%s\", which is no result and would be lost; move it elsewhere"), path, shown);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
remove_file(const gchar *path, gint fd, const gchar *name, GError **error)
{
    return unlinkat(fd, name, 0) == 0 || errno == ENOENT || fail(error, path, _("can't be emptied"));
}

/* Empties an open folder; it holds no folders when it is ours. What tells
 * that it is ours goes last, so that one half emptied is still known. */
static gboolean
remove_files(const gchar *path, gint fd, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(fd);
    if (!names)
        return fail(error, path, _("can't be read"));
    for (guint i = 0; i < names->len; i++) {
        const gchar *name = names->pdata[i];
        if (!g_str_equal(name, MARKER) && !g_str_equal(name, QY_MANIFEST_NAME) && !remove_file(path, fd, name, error))
            return FALSE;
    }
    return remove_file(path, fd, QY_MANIFEST_NAME, error) && remove_file(path, fd, MARKER, error);
}

static gboolean
put_marker(gint fd)
{
    gint marker = openat(fd, MARKER, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0666);
    return marker >= 0 && close(marker) == 0;
}

/* --- Beginning --- */

/* Returns: -1 with errno */
static gint
open_folder(gint parent_fd, const gchar *name)
{
    return openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static gboolean
is_same_folder(gint parent_fd, const gchar *name, gint fd)
{
    struct stat named, opened;
    return fstatat(parent_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* Where a file system has no locks, only a folder that we made ourselves is surely nobody else's. */
static gboolean
lock_folder(const QyFolder *self, gint fd, gboolean made, GError **error)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 || (made && errno != EWOULDBLOCK))
        return TRUE;
    if (errno == EWOULDBLOCK)
        return refuse(error, self->new_path, _("another run is writing there; wait for it to end"));
    return fail(error, self->new_path, _("can't be locked; if no run is at work, remove it"));
}

static gboolean
acquire_new(QyFolder *self, GError **error)
{
    for (guint i = 0; i < LOCK_TRIES; i++) {
        gboolean made = mkdirat(self->parent_fd, self->new_name, 0777) == 0;
        if (!made && errno != EEXIST)
            return fail(error, self->new_path, _("can't be made"));
        gint fd = open_folder(self->parent_fd, self->new_name);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0)
            return fail(error, self->new_path, _("is in the way"));
        if (!lock_folder(self, fd, made, error)) {
            close(fd);
            return FALSE;
        }
        if (is_same_folder(self->parent_fd, self->new_name, fd)) {
            self->new_fd = fd;
            return TRUE;
        }
        close(fd);
    }
    return refuse(error, self->new_path, _("another run is writing there; wait for it to end"));
}

static gboolean
clear_new(QyFolder *self, GError **error)
{
    gboolean is_empty;
    if (!check_ours(self->new_path, self->new_fd, &is_empty, error)) {
        /* Not ours: leave it as it is. */
        close(self->new_fd);
        self->new_fd = -1;
        return FALSE;
    }
    if (!put_marker(self->new_fd))
        return fail(error, self->new_path, _("can't be written"));
    if (!is_empty && (!remove_files(self->new_path, self->new_fd, error) || !put_marker(self->new_fd)))
        return FALSE;
    return TRUE;
}

/* A crash between the two renames of replace_by_two() left OUT under its other
 * name; one after them left a record that was replaced. */
static gboolean
recover_old(QyFolder *self, GError **error)
{
    g_autofree gchar *path = g_build_filename(self->parent, self->old_name, NULL);
    gint fd = open_folder(self->parent_fd, self->old_name);
    if (fd < 0)
        return errno == ENOENT || fail(error, path, _("is in the way"));
    gboolean is_empty, good = check_ours(path, fd, &is_empty, error);
    gboolean is_whole = good && faccessat(fd, MARKER, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    if (is_whole && faccessat(self->parent_fd, self->out_name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        good = renameat(self->parent_fd, self->old_name, self->parent_fd, self->out_name) == 0 ||
               fail(error, path, _("can't be renamed"));
    } else if (good) {
        good = remove_files(path, fd, error);
        unlinkat(self->parent_fd, self->old_name, AT_REMOVEDIR);
    }
    close(fd);
    return good;
}

/* OUT itself, opened; -1 with *@is_free when there is nothing to keep. */
static gboolean
check_out(QyFolder *self, gint *fd, gboolean *is_free, GError **error)
{
    *is_free = TRUE;
    *fd = open_folder(self->parent_fd, self->out_name);
    if (*fd < 0)
        return errno == ENOENT || fail(error, self->out_path, _("can't be replaced"));
    if (check_ours(self->out_path, *fd, is_free, error))
        return TRUE;
    close(*fd);
    *fd = -1;
    return FALSE;
}

static QyFolder *
name_folders(const gchar *out)
{
    QyFolder *self = g_new0(QyFolder, 1);
    /* A link to a folder stays a link: what it leads to is replaced. */
    char *real = realpath(out, NULL);
    self->out_path = real ? g_strdup(real) : g_canonicalize_filename(out, NULL);
    free(real);
    self->parent = g_path_get_dirname(self->out_path);
    self->out_name = g_path_get_basename(self->out_path);
    self->new_name = g_strconcat(self->out_name, ".new", NULL);
    self->old_name = g_strconcat(".", self->out_name, ".qiyue-old", NULL);
    self->new_path = g_build_filename(self->parent, self->new_name, NULL);
    self->parent_fd = self->new_fd = self->replaced_fd = -1;
    return self;
}

QyFolder *
qy_folder_begin(const gchar *out, GError **error)
{
    g_autoptr(QyFolder) self = name_folders(out);
    gboolean is_free;
    gint fd;
    self->parent_fd = open(self->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->parent_fd < 0) {
        fail(error, self->parent, _("can't be opened"));
        return NULL;
    }
    if (!acquire_new(self, error) || !clear_new(self, error) || !recover_old(self, error) ||
        !check_out(self, &fd, &is_free, error))
        return NULL;
    if (fd >= 0)
        close(fd);
    return g_steal_pointer(&self);
}

static void
close_fd(gint *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void
qy_folder_free(QyFolder *self)
{
    if (!self)
        return;
    /* By identity, not by name: whatever went wrong, what stands at OUT isn't emptied. */
    if (!self->taken && self->new_fd >= 0 && is_same_folder(self->parent_fd, self->new_name, self->new_fd) &&
        remove_files(self->new_path, self->new_fd, NULL))
        unlinkat(self->parent_fd, self->new_name, AT_REMOVEDIR);
    close_fd(&self->replaced_fd);
    close_fd(&self->new_fd);
    close_fd(&self->parent_fd);
    g_free(self->parent);
    g_free(self->out_name);
    g_free(self->new_name);
    g_free(self->old_name);
    g_free(self->out_path);
    g_free(self->new_path);
    g_free(self);
}

const gchar *
qy_folder_path(const QyFolder *self)
{
    return self->new_path;
}

GPtrArray *
qy_folder_files(const QyFolder *self, GError **error)
{
    GPtrArray *names = list_names(self->new_fd);
    if (!names) {
        fail(error, self->new_path, _("can't be read"));
        return NULL;
    }
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(names->pdata[i], MARKER))
            g_ptr_array_remove_index(names, i--);
    return names;
}

/* --- Taking OUT's place --- */

/* Some file systems can't sync a folder, and say EINVAL; then they keep order by themselves. */
static gboolean
sync_fd(const gchar *path, gint fd, GError **error)
{
    if (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP)
        return TRUE;
    return fail(error, path, _("can't be synced"));
}

gboolean
qy_folder_sync_files(const QyFolder *self, GError **error)
{
    g_autoptr(GPtrArray) names = qy_folder_files(self, error);
    if (!names)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        gint fd = openat(self->new_fd, names->pdata[i], O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue; /* one that was being written aside, and has its name now */
        if (fd < 0)
            return fail(error, names->pdata[i], _("can't be synced"));
        gboolean good = sync_fd(names->pdata[i], fd, error);
        close(fd);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

typedef enum { REPLACED_NOTHING, REPLACED_BY_EXCHANGE, REPLACED_BY_TWO } Replaced;

static gboolean
rename_here(const QyFolder *self, const gchar *from, const gchar *to)
{
    return renameat(self->parent_fd, from, self->parent_fd, to) == 0;
}

/* Without an exchange there is a moment without OUT; both records are whole
 * then, and the next qy_folder_begin() puts the old one back. */
static gboolean
replace_by_two(QyFolder *self, GError **error)
{
    if (!rename_here(self, self->out_name, self->old_name))
        return fail(error, self->out_path, _("can't be replaced"));
    if (!qy_folder_step("between-renames", error))
        rename_here(self, self->old_name, self->out_name);
    else if (rename_here(self, self->new_name, self->out_name))
        return TRUE;
    else {
        fail(error, self->out_path, _("can't be replaced"));
        rename_here(self, self->old_name, self->out_name);
    }
    return FALSE;
}

static gboolean
swap_names(QyFolder *self, Replaced *how, GError **error)
{
    gboolean is_free;
    if (!check_out(self, &self->replaced_fd, &is_free, error))
        return FALSE;
    *how = REPLACED_NOTHING;
    if (is_free) /* a folder may be renamed onto an empty one */
        return rename_here(self, self->new_name, self->out_name) || fail(error, self->out_path, _("can't be made"));
    /* What is replaced becomes OUT.new until it is gone: nobody may take it for a leftover. */
    if (flock(self->replaced_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return refuse(error, self->out_path, _("another run is just replacing it"));
    *how = REPLACED_BY_EXCHANGE;
    if (qy_folder_exchange(self->parent_fd, self->new_name, self->out_name) == 0)
        return TRUE;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
        return fail(error, self->out_path, _("can't be replaced"));
    *how = REPLACED_BY_TWO;
    return replace_by_two(self, error);
}

static gboolean
swap_back(QyFolder *self, Replaced how)
{
    if (how == REPLACED_BY_EXCHANGE)
        return qy_folder_exchange(self->parent_fd, self->new_name, self->out_name) == 0;
    if (!rename_here(self, self->out_name, self->new_name))
        return FALSE;
    if (how == REPLACED_NOTHING || rename_here(self, self->old_name, self->out_name))
        return TRUE;
    rename_here(self, self->new_name, self->out_name);
    return FALSE;
}

/* The new record stands; what can't be cleared away now goes at the next run. */
static void
remove_replaced(QyFolder *self, Replaced how)
{
    g_autoptr(GError) error = NULL;
    const gchar *name = how == REPLACED_BY_TWO ? self->old_name : self->new_name;
    if (how == REPLACED_NOTHING)
        return;
    if (!qy_folder_step("remove-replaced", &error) || !put_marker(self->replaced_fd) ||
        !remove_files(name, self->replaced_fd, &error) || unlinkat(self->parent_fd, name, AT_REMOVEDIR) != 0)
        g_debug("%s stays: %s", name, error ? error->message : g_strerror(errno));
}

gboolean
qy_folder_take_place(QyFolder *self, GError **error)
{
    Replaced how;
    if (!qy_folder_step("sync-files", error) || !qy_folder_sync_files(self, error) || !qy_folder_step("marker", error))
        return FALSE;
    if (unlinkat(self->new_fd, MARKER, 0) != 0)
        return fail(error, self->new_path, _("can't be finished"));
    if (!qy_folder_step("sync-folder", error) || !sync_fd(self->new_path, self->new_fd, error) ||
        !qy_folder_step("exchange", error) || !swap_names(self, &how, error))
        return FALSE;
    g_autoptr(GError) cause = NULL;
    gboolean synced = qy_folder_step("sync-parent", &cause) && sync_fd(self->parent, self->parent_fd, &cause);
    /* Where not even the names can be put back, the new record stands, and is whole. */
    if (!synced && swap_back(self, how)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    self->taken = TRUE;
    remove_replaced(self, how);
    return TRUE;
}
