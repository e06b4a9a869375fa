// Stands between a program and the C library, and counts the calls that change files, and those that read files of the
// folder that the program works in: that open one or a folder to read, read from one, or ask about one. At one of them it
// ends the process as a power failure would, or has the call fail as a disk would. Loaded with LD_PRELOAD; read by
// tests/torture.
//
//   TORTURE_PROGRAM   only in programs of this name
//   TORTURE_READS     with it the chosen call is one of those that read, else one of those that change
//   TORTURE_CALL      the number of the call, from 1
//   TORTURE_ERROR     the errno with which it fails; without it the process is killed
//   TORTURE_LASTING   with it all later calls fail too, as on a full disk, but for removals
//   TORTURE_MARK      a file that is made when that call is reached, before it fails or the process ends
//   TORTURE_COUNT     a file to which the numbers of calls of both kinds are appended when the process ends by itself
//
// Only regular files count: pipes, terminals and devices are no disk.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CHANGE, READ };

static atomic_long calls[2];
static long chosen;
static int error_number;
static int lasting;
static int active;
static int chosen_kind;
static char here[4096];
static char count_file[4096];
static char mark_file[4096];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *program = getenv("TORTURE_PROGRAM");
    const char *value;
    if (program == NULL || strcmp(program, program_invocation_short_name) != 0) return;
    active = 1;
    if (getcwd(here, sizeof here) == NULL) abort();
    chosen_kind = getenv("TORTURE_READS") != NULL;
    if ((value = getenv("TORTURE_CALL"))) chosen = atol(value);
    if ((value = getenv("TORTURE_ERROR"))) error_number = atoi(value);
    lasting = getenv("TORTURE_LASTING") != NULL;
    if ((value = getenv("TORTURE_COUNT"))) snprintf(count_file, sizeof count_file, "%s", value);
    if ((value = getenv("TORTURE_MARK"))) snprintf(mark_file, sizeof mark_file, "%s", value);
}

// Says that the chosen call was reached.
static void mark(void) {
    if (mark_file[0] == 0) return;
    int file = REAL(open)(mark_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) abort();
    close(file);
}

__attribute__((destructor)) static void end(void) {
    if (!active || count_file[0] == 0) return;
    active = 0;
    int file = REAL(open)(count_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    char text[64];
    int length = snprintf(text, sizeof text, "%ld %ld\n", (long)calls[CHANGE], (long)calls[READ]);
    if (REAL(write)(file, text, length) != length) abort();
    close(file);
}

static void end_process(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

enum outcome { GO_ON, FAIL, END };

// What is to become of this call of a kind.
static enum outcome next_of(enum kind kind, int removal) {
    if (!active) return GO_ON;
    long number = atomic_fetch_add(&calls[kind], 1) + 1;
    if (chosen_kind != (int)kind || chosen == 0 || number < chosen) return GO_ON;
    if (number > chosen && (!lasting || removal || error_number == 0)) return GO_ON;
    if (number == chosen) mark();
    if (error_number == 0) return END;
    errno = error_number;
    return FAIL;
}

static enum outcome next(int removal) {
    return next_of(CHANGE, removal);
}

static int is_regular(int file) {
    struct stat about;
    return active && REAL(fstat)(file, &about) == 0 && S_ISREG(about.st_mode);
}

// Whether a path leads into the folder that the program works in. Files of the system are not this test's.
static int is_here(const char *path) {
    if (!active || path == NULL || path[0] == 0) return 0;
    return path[0] != '/' || strncmp(path, here, strlen(here)) == 0;
}

static int is_open_here(int file) {
    char link[64], path[4096];
    if (!is_regular(file)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = REAL(readlink)(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_here(path);
}

static int changes(const char *path, int flags) {
    if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0) return 0;
    return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
}

#define UNLESS(removal, failed)          \
    switch (next(removal)) {             \
    case END: end_process();             \
    case FAIL: return (failed);          \
    case GO_ON: break;                   \
    }

#define UNLESS_READ(failed)              \
    switch (next_of(READ, 0)) {          \
    case END: end_process();             \
    case FAIL: return (failed);          \
    case GO_ON: break;                   \
    }

#define MODE(flags)                                          \
    mode_t mode = 0;                                         \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                 \
        va_list more;                                        \
        va_start(more, flags);                               \
        mode = va_arg(more, mode_t);                         \
        va_end(more);                                        \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    if (changes(path, flags)) {
        UNLESS(0, -1)
    } else if (is_here(path)) {
        UNLESS_READ(-1)
    }
    return REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    if (changes(path, flags)) {
        UNLESS(0, -1)
    } else if (is_here(path)) {
        UNLESS_READ(-1)
    }
    return REAL(open64)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    if (changes(path, flags)) {
        UNLESS(0, -1)
    } else if (is_here(path)) {
        UNLESS_READ(-1)
    }
    return REAL(openat)(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    if (changes(path, flags)) {
        UNLESS(0, -1)
    } else if (is_here(path)) {
        UNLESS_READ(-1)
    }
    return REAL(openat64)(folder, path, flags, mode);
}

// A process that ends in the middle of a write has written a part of it.
ssize_t write(int file, const void *bytes, size_t count) {
    if (is_regular(file)) switch (next(0)) {
        case END:
            if (REAL(write)(file, bytes, count / 2) < 0) abort();
            end_process();
        case FAIL: return -1;
        case GO_ON: break;
        }
    return REAL(write)(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (is_regular(file)) UNLESS(0, -1)
    return REAL(writev)(file, parts, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    if (is_regular(file)) UNLESS(0, -1)
    return REAL(pwrite64)(file, bytes, count, at);
}

int fsync(int file) {
    UNLESS(0, -1)
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    UNLESS(0, -1)
    return REAL(fdatasync)(file);
}

int ftruncate(int file, off_t length) {
    UNLESS(0, -1)
    return REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    UNLESS(0, -1)
    return REAL(ftruncate64)(file, length);
}

int rename(const char *from, const char *to) {
    UNLESS(0, -1)
    return REAL(rename)(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    UNLESS(0, -1)
    return REAL(renameat)(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    UNLESS(0, -1)
    return REAL(renameat2)(from_folder, from, to_folder, to, flags);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    UNLESS(0, -1)
    return REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    UNLESS(0, -1)
    return REAL(mkdir)(path, mode);
}

int unlink(const char *path) {
    UNLESS(1, -1)
    return REAL(unlink)(path);
}

int unlinkat(int folder, const char *path, int flags) {
    UNLESS(1, -1)
    return REAL(unlinkat)(folder, path, flags);
}

int rmdir(const char *path) {
    UNLESS(1, -1)
    return REAL(rmdir)(path);
}

ssize_t read(int file, void *bytes, size_t count) {
    if (is_open_here(file)) UNLESS_READ(-1)
    return REAL(read)(file, bytes, count);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t at) {
    if (is_open_here(file)) UNLESS_READ(-1)
    return REAL(pread64)(file, bytes, count, at);
}

DIR *opendir(const char *path) {
    if (is_here(path)) UNLESS_READ(NULL)
    return REAL(opendir)(path);
}

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict about) {
    // Rust asks with no path whether there is such a call. Volatile, since the C library's header says that there is one.
    const char *volatile asked = path;
    if (asked != NULL && (*asked == 0 ? is_open_here(folder) : is_here(asked))) UNLESS_READ(-1)
    return REAL(statx)(folder, path, flags, mask, about);
}

int stat64(const char *restrict path, struct stat64 *restrict about) {
    if (is_here(path)) UNLESS_READ(-1)
    return REAL(stat64)(path, about);
}

int lstat64(const char *restrict path, struct stat64 *restrict about) {
    if (is_here(path)) UNLESS_READ(-1)
    return REAL(lstat64)(path, about);
}

int fstat64(int file, struct stat64 *about) {
    if (is_open_here(file)) UNLESS_READ(-1)
    return REAL(fstat64)(file, about);
}
