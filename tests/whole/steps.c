/* Preloaded into a program (LD_PRELOAD), counts its steps on disk: what
 * creates, writes, syncs, renames or removes. Only the process that was
 * started counts, not its children.
 *   QY_DIE_AT=n    ends the program by SIGKILL just before its nth step
 *   QY_FAIL_AT=n   fails that step, and every later one when QY_FAIL_ON is set, with ENOSPC
 *   QY_COUNT_TO=f  writes the number of steps to f at the end */
/* meson defines it, and glibc then turns open() and its kin into the names with 64, which are defined here too. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long n_steps;
static long die_at, fail_at, fail_on;
static pid_t started;

__attribute__((constructor)) static void
begin(void)
{
    started = getpid();
    die_at = getenv("QY_DIE_AT") ? atol(getenv("QY_DIE_AT")) : 0;
    fail_at = getenv("QY_FAIL_AT") ? atol(getenv("QY_FAIL_AT")) : 0;
    fail_on = getenv("QY_FAIL_ON") != NULL;
}

__attribute__((destructor)) static void
end(void)
{
    FILE *file = getpid() == started && getenv("QY_COUNT_TO") ? fopen(getenv("QY_COUNT_TO"), "w") : NULL;

    if (file) {
        fprintf(file, "%ld\n", (long)n_steps);
        fclose(file);
    }
}

/* Returns: whether the step may be taken */
static int
step(void)
{
    long n;

    if (getpid() != started)
        return 1;
    n = ++n_steps;
    if (n == die_at)
        kill(started, SIGKILL);
    if (n == fail_at || (fail_on && fail_at > 0 && n > fail_at)) {
        errno = ENOSPC;
        return 0;
    }
    return 1;
}

/* Steps on files only: the terminal and pipes are none. */
static int
step_on(int fd)
{
    struct stat found;

    return fstat(fd, &found) != 0 || !(S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)) || step();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_PATH(result, name, parameters, arguments)                                                                   \
    result name parameters;                                                                                            \
    result name parameters                                                                                             \
    {                                                                                                                  \
        return step() ? REAL(name) arguments : -1;                                                                     \
    }
#define ON_FILE(result, name, parameters, arguments)                                                                   \
    result name parameters;                                                                                            \
    result name parameters                                                                                             \
    {                                                                                                                  \
        return step_on(fd) ? REAL(name) arguments : -1;                                                                \
    }
#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        mode_t mode;                                                                                                   \
        va_start(list, flags);                                                                                         \
        mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                                               \
        va_end(list);                                                                                                  \
        return !(flags & O_CREAT) || step() ? REAL(name)(path, flags, mode) : -1;                                      \
    }

ON_PATH(int, rename, (const char *from, const char *to), (from, to))
ON_PATH(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
ON_PATH(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
ON_PATH(int, unlink, (const char *path), (path))
ON_PATH(int, unlinkat, (int at, const char *path, int flags), (at, path, flags))
ON_PATH(int, rmdir, (const char *path), (path))
ON_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode))
ON_FILE(int, fsync, (int fd), (fd))
ON_FILE(int, fdatasync, (int fd), (fd))
ON_FILE(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FILE(ssize_t, write, (int fd, const void *bytes, size_t n), (fd, bytes, n))
ON_FILE(ssize_t, pwrite, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))
ON_FILE(ssize_t, pwrite64, (int fd, const void *bytes, size_t n, off64_t at), (fd, bytes, n, at))
OPEN(open)
OPEN(open64)
