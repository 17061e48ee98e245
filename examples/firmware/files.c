/* Files for newlib: two in memory, which stand for the flash of a device, and the console. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"

enum { FIRST = 3, FILES = 2, ROOM = 512 * 1024 };

static struct {
    char name[16];
    char bytes[ROOM];
    size_t size, at;
} files[FILES];

static int is_file(int number)
{
    return number >= FIRST && number < FIRST + FILES;
}

int _open(const char *name, int flags, int mode)
{
    int i;

    (void)mode;
    for (i = 0; i < FILES; i++) {
        if (files[i].name[0] == '\0' && (flags & O_CREAT))
            strncpy(files[i].name, name, sizeof files[i].name - 1);
        if (strcmp(files[i].name, name) == 0) {
            if (flags & O_TRUNC)
                files[i].size = 0;
            files[i].at = 0;
            return FIRST + i;
        }
    }
    errno = ENOENT;
    return -1;
}

int _close(int number)
{
    (void)number;
    return 0;
}

int _read(int number, char *bytes, int size)
{
    size_t left, count = (size_t)size;

    if (!is_file(number))
        return 0;
    number -= FIRST;
    left = files[number].at < files[number].size ? files[number].size - files[number].at : 0;
    if (count > left)
        count = left;
    memcpy(bytes, files[number].bytes + files[number].at, count);
    files[number].at += count;
    return (int)count;
}

int _write(int number, const char *bytes, int size)
{
    size_t end;

    if (!is_file(number)) {
        console_write(bytes, (size_t)size);
        return size;
    }
    number -= FIRST;
    end = files[number].at + (size_t)size;
    if (end > ROOM) {
        errno = ENOSPC;
        return -1;
    }
    memcpy(files[number].bytes + files[number].at, bytes, (size_t)size);
    files[number].at = end;
    if (end > files[number].size)
        files[number].size = end;
    return size;
}

long _lseek(int number, long offset, int whence)
{
    if (!is_file(number))
        return 0;
    number -= FIRST;
    if (whence == SEEK_CUR)
        offset += (long)files[number].at;
    else if (whence == SEEK_END)
        offset += (long)files[number].size;
    files[number].at = (size_t)offset;
    return offset;
}

int ftruncate(int number, off_t length)
{
    if (!is_file(number) || (size_t)length > files[number - FIRST].size) {
        errno = EINVAL;
        return -1;
    }
    files[number - FIRST].size = (size_t)length;
    return 0;
}

int _fstat(int number, struct stat *state)
{
    memset(state, 0, sizeof *state);
    state->st_mode = is_file(number) ? S_IFREG : S_IFCHR;
    state->st_blksize = 1024;
    return 0;
}

int _isatty(int number)
{
    return !is_file(number);
}

int _getpid(void)
{
    return 1;
}

int _kill(int process, int signal)
{
    (void)process, (void)signal;
    return -1;
}

void _exit(int code)
{
    console_exit(code);
    for (;;) {
    }
}
