#define G_LOG_DOMAIN "qy-script"

/* Children that work, and a parent that reads their answers, watches their
 * signs of life, and ends those that give none. What a child is at stands in
 * memory shared with the parent, so that it is known also after its death. */
#include "script/script.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NO_ITEM G_MAXUINT32

/* What one child is at. */
typedef struct {
    _Atomic guint32 item; /* NO_ITEM between two */
    _Atomic guint32 step;
    _Atomic gint64 beat_us; /* when the step began; 0: not timed (waiting for the parent to read) */
} Slot;

typedef struct {
    _Atomic guint32 next; /* first item that nobody has begun */
    Slot slots[];
} Shared;

/* Before each answer. */
typedef struct {
    guint32 item;
    guint64 bytes;
} Header;

typedef struct {
    pid_t pid;                         /* 0: none */
    gint fd;                           /* its answers */
    gint64 warned_beat, warned_cpu_us; /* a step beyond the deadline by the clock, and the processor's time then */
    gint64 killed_beat;                /* of the step it was killed for; 0: not killed */
    GByteArray *pending;               /* an answer not yet whole */
} Worker;

typedef struct {
    const QyJobs *jobs;
    Shared *shared;
    gsize shared_bytes;
    guint n_workers;
    Worker *workers;
    GByteArray *answered; /* a byte an item */
} Run;

static Slot *own_slot; /* of this process, when it is a child */

void
qy_jobs_beat(guint step)
{
    if (own_slot == NULL)
        return;
    atomic_store_explicit(&own_slot->step, step, memory_order_relaxed);
    atomic_store_explicit(&own_slot->beat_us, g_get_monotonic_time(), memory_order_relaxed);
}

/* ---- the child ---- */

static gboolean
write_all(gint fd, const guint8 *bytes, gsize n)
{
    while (n > 0) {
        gssize written = write(fd, bytes, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return FALSE;
        bytes += written;
        n -= (gsize)written;
    }
    return TRUE;
}

G_NORETURN static void
be_child(Run *run, guint w, gint fd, guint32 item)
{
    GByteArray *answer = g_byte_array_new();
    Header header = {0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "qy-worker");
    for (guint i = 0; i < run->n_workers; i++)
        if (run->workers[i].pid != 0)
            close(run->workers[i].fd);
    own_slot = &run->shared->slots[w];
    for (;; item = NO_ITEM) {
        header.item = item != NO_ITEM ? item : atomic_fetch_add(&run->shared->next, 1);
        if (header.item >= run->jobs->n_items) {
            g_byte_array_unref(answer);
            _exit(0);
        }
        atomic_store(&own_slot->item, header.item);
        qy_jobs_beat(0);
        g_byte_array_set_size(answer, 0);
        run->jobs->work(run->jobs->data, header.item, answer);
        atomic_store(&own_slot->beat_us, 0);
        header.bytes = answer->len;
        if (!write_all(fd, (const guint8 *)&header, sizeof header) || !write_all(fd, answer->data, answer->len))
            _exit(1);
        atomic_store(&own_slot->item, NO_ITEM);
    }
}

/* ---- the parent ---- */

/* @item: where it begins; NO_ITEM: with the next that nobody has begun */
static gboolean
start_child(Run *run, guint w, guint32 item)
{
    Worker *worker = &run->workers[w];
    gint ends[2];
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return FALSE;
    atomic_store(&run->shared->slots[w].item, NO_ITEM);
    atomic_store(&run->shared->slots[w].beat_us, 0);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_child(run, w, ends[1], item);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return FALSE;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    worker->pid = pid;
    worker->fd = ends[0];
    worker->killed_beat = 0;
    g_byte_array_set_size(worker->pending, 0);
    return TRUE;
}

/* Hands over the whole answers among what was read. */
static void
hand_over(Run *run, Worker *worker)
{
    gsize at = 0;
    Header header;

    while (worker->pending->len - at >= sizeof header) {
        memcpy(&header, worker->pending->data + at, sizeof header);
        if (worker->pending->len - at - sizeof header < header.bytes)
            break;
        run->answered->data[header.item] = 1;
        run->jobs->done(run->jobs->data, header.item, worker->pending->data + at + sizeof header, header.bytes);
        at += sizeof header + header.bytes;
    }
    if (at > 0)
        g_byte_array_remove_range(worker->pending, 0, (guint)at);
}

/* Reads what there is. Returns: FALSE at the end of the child's answers */
static gboolean
read_answers(Run *run, Worker *worker)
{
    static const guint chunk = 256 * 1024;

    for (;;) {
        guint length = worker->pending->len;
        gssize n;

        g_byte_array_set_size(worker->pending, length + chunk);
        n = read(worker->fd, worker->pending->data + length, chunk);
        g_byte_array_set_size(worker->pending, length + (guint)MAX(n, 0));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        if (n == 0)
            return FALSE;
        hand_over(run, worker);
    }
}

/* The child has ended: what it was at is lost, and another goes on. */
static gboolean
finish_child(Run *run, guint w)
{
    Worker *worker = &run->workers[w];
    const Slot *slot = &run->shared->slots[w];
    guint32 item = atomic_load(&slot->item), again = NO_ITEM;
    gint status = 0;
    gchar why[32];

    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(worker->fd);
    worker->pid = 0;
    if (worker->killed_beat != 0)
        g_strlcpy(why, "deadline", sizeof why);
    else
        g_snprintf(why, sizeof why, "signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    if (item != NO_ITEM && !run->answered->data[item]) {
        if (worker->killed_beat != 0 && worker->killed_beat != atomic_load(&slot->beat_us))
            again = item; /* it was killed for a step that it had just ended */
        else {
            run->answered->data[item] = 1;
            run->jobs->lost(run->jobs->data, item, atomic_load(&slot->step), why);
        }
    } else if (item == NO_ITEM && worker->killed_beat == 0 && status != 0)
        return FALSE; /* it died at nothing; another would, too */
    if (again != NO_ITEM || atomic_load(&run->shared->next) < run->jobs->n_items)
        return start_child(run, w, again);
    return TRUE;
}

/* Processor time of a child so far. */
static gint64
cpu_of(pid_t pid)
{
    struct timespec used = {0, 0};
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (gint64)used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

/* Whether the step that began at @beat has had its time: the deadline by the
 * clock, and then as much again by the processor, so that a busy machine kills
 * nobody; without any progress at all, ten times the deadline. */
static gboolean
is_beyond(Worker *worker, gint64 beat, gint64 now, gint64 allowed)
{
    gint64 used;

    if (now - beat <= allowed)
        return FALSE;
    used = cpu_of(worker->pid);
    if (worker->warned_beat != beat) {
        worker->warned_beat = beat;
        worker->warned_cpu_us = used;
    }
    return used - worker->warned_cpu_us > allowed || now - beat > 10 * allowed;
}

/* Kills who is beyond the deadline. Returns: ms until it is time to look again, -1 never */
static gint
watch(Run *run)
{
    gint64 now = g_get_monotonic_time(), allowed = (gint64)run->jobs->deadline_ms * 1000;
    gint64 next = -1;

    for (guint w = 0; w < run->n_workers; w++) {
        Worker *worker = &run->workers[w];
        gint64 beat, left;

        if (worker->pid == 0 || worker->killed_beat != 0)
            continue;
        beat = atomic_load(&run->shared->slots[w].beat_us);
        if (beat == 0) /* between two items: look again after a step's whole time */
            beat = now;
        if (is_beyond(worker, beat, now, allowed)) {
            kill(worker->pid, SIGKILL);
            worker->killed_beat = beat;
            continue;
        }
        left = now - beat <= allowed ? beat + allowed - now : allowed / 4;
        if (next < 0 || left < next)
            next = left;
    }
    return next < 0 ? -1 : (gint)(next / 1000) + 1;
}

static gboolean
serve(Run *run)
{
    g_autofree struct pollfd *fds = g_new0(struct pollfd, run->n_workers);
    gboolean good = TRUE;

    for (;;) {
        guint alive = 0;
        gint timeout_ms = watch(run);

        for (guint w = 0; w < run->n_workers; w++) {
            fds[w].fd = run->workers[w].pid != 0 ? run->workers[w].fd : -1;
            fds[w].events = POLLIN;
            fds[w].revents = 0;
            alive += run->workers[w].pid != 0;
        }
        if (alive == 0)
            return good;
        if (poll(fds, run->n_workers, timeout_ms) < 0 && errno != EINTR)
            return FALSE;
        for (guint w = 0; w < run->n_workers; w++)
            if (fds[w].revents != 0 && !read_answers(run, &run->workers[w]))
                good = finish_child(run, w) && good;
    }
}

gboolean
qy_jobs_run(const QyJobs *jobs, GError **error)
{
    Run run = {.jobs = jobs};
    guint n_workers = jobs->n_workers > 0 ? jobs->n_workers : g_get_num_processors();
    gboolean good = TRUE;

    if (jobs->n_items == 0)
        return TRUE;
    n_workers = MIN(n_workers, jobs->n_items);
    run.shared_bytes = sizeof *run.shared + n_workers * sizeof *run.shared->slots;
    run.shared = mmap(NULL, run.shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run.shared == MAP_FAILED) {
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("no memory to share with workers: %s"), g_strerror(errno));
        return FALSE;
    }
    run.workers = g_new0(Worker, n_workers);
    run.answered = g_byte_array_new();
    g_byte_array_set_size(run.answered, jobs->n_items);
    memset(run.answered->data, 0, jobs->n_items);
    for (guint w = 0; w < n_workers; w++)
        run.workers[w].pending = g_byte_array_new();
    /* The memory is zero: slots of workers not yet started are not looked at. */
    for (run.n_workers = 0; run.n_workers < n_workers; run.n_workers++)
        if (!start_child(&run, run.n_workers, NO_ITEM))
            break;
    good = run.n_workers > 0 && serve(&run);
    for (guint i = 0; i < jobs->n_items && good; i++)
        good = run.answered->data[i] != 0;
    if (!good)
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("workers could not be run: %s"), g_strerror(errno));

    for (guint w = 0; w < n_workers; w++) {
        if (run.workers[w].pid != 0) { /* after a failure */
            kill(run.workers[w].pid, SIGKILL);
            while (waitpid(run.workers[w].pid, NULL, 0) < 0 && errno == EINTR)
                ;
            close(run.workers[w].fd);
        }
        g_byte_array_unref(run.workers[w].pending);
    }
    g_byte_array_unref(run.answered);
    g_free(run.workers);
    munmap(run.shared, run.shared_bytes);
    return good;
}
