/*
 * A disk that fails when it is told to, and a diary of all that it was asked: loaded before the C
 * library (LD_PRELOAD) into a process that writes to one folder. tests/faults/disk.py is its other
 * half, and explains the orders and the diary.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2, FOLDER_SYNCS = 4 };

struct orders {
    int32_t which;  /* of which kinds, added up */
    int32_t nth;    /* the one to fail, counted from now; 0: none */
    int32_t always; /* whether all that follow fail, too */
    int32_t error;  /* the errno to fail with */
    int32_t failed; /* how many have failed since the order */
};

struct entry {
    int64_t offset, length;
    int32_t path, kind;
};

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static volatile struct orders *orders;
static int diary = -1;

__attribute__((constructor)) static void begin(void)
{
    folder = getenv("QUIZ_DISK");
    int fd = open(getenv("QUIZ_DISK_ORDERS"), O_RDWR | O_CLOEXEC);
    orders = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    diary = open(getenv("QUIZ_DISK_DIARY"), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (orders == MAP_FAILED || diary < 0)
        abort();
}

static int concerns_us(const char *path)
{
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int find(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return concerns_us(path);
}

static int fails(int which)
{
    if (!(orders->which & which) || (orders->nth == 0 && !(orders->always && orders->failed)))
        return 0;
    if (orders->nth > 0 && --orders->nth > 0)
        return 0;
    orders->failed++;
    errno = orders->error;
    return 1;
}

static void note(char kind, const char *path, int64_t offset, int64_t length, const void *data)
{
    struct entry entry = {offset, length, strlen(path), kind};
    struct iovec parts[] = {
        {&entry, sizeof entry}, {(void *)path, strlen(path)}, {(void *)data, data ? length : 0}};
    if (writev(diary, parts, 3) < 0)
        abort();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define IN_TURN(kind, which, fd, call, offset, length, data)                                      \
    char path[PATH_MAX];                                                                          \
    if (!find(fd, path))                                                                          \
        return call;                                                                              \
    pthread_mutex_lock(&one_at_a_time);                                                           \
    int64_t at = offset;                                                                          \
    __typeof__(call) result = fails(which) ? -1 : call;                                           \
    int problem = errno;                                                                          \
    if (result >= 0)                                                                              \
        note(kind, path, at, length, data);                                                       \
    else if (which & (SYNCS | FOLDER_SYNCS))                                                      \
        note('f', path, 0, 0, NULL);                                                              \
    errno = problem;                                                                              \
    pthread_mutex_unlock(&one_at_a_time);                                                         \
    return result

ssize_t write(int fd, const void *data, size_t size)
{
    IN_TURN('w', WRITES, fd, REAL(write)(fd, data, size), lseek(fd, 0, SEEK_CUR), result, data);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    IN_TURN('w', WRITES, fd, REAL(pwrite)(fd, data, size, offset), offset, result, data);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    IN_TURN('w', WRITES, fd, REAL(pwrite64)(fd, data, size, offset), offset, result, data);
}

int ftruncate(int fd, off_t size)
{
    IN_TURN('t', WRITES, fd, REAL(ftruncate)(fd, size), size, 0, NULL);
}

int ftruncate64(int fd, off64_t size)
{
    IN_TURN('t', WRITES, fd, REAL(ftruncate64)(fd, size), size, 0, NULL);
}

static int sync_of(int fd)
{
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISDIR(about.st_mode) ? FOLDER_SYNCS : SYNCS;
}

int fsync(int fd)
{
    IN_TURN('s', sync_of(fd), fd, REAL(fsync)(fd), 0, 0, NULL);
}

int fdatasync(int fd)
{
    IN_TURN('s', sync_of(fd), fd, REAL(fdatasync)(fd), 0, 0, NULL);
}

int unlink(const char *path)
{
    pthread_mutex_lock(&one_at_a_time);
    int result = REAL(unlink)(path);
    int problem = errno;
    if (result == 0 && concerns_us(path))
        note('u', path, 0, 0, NULL);
    errno = problem;
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}
