/* The memory that the library asks for, counted; and the end of a panic. */
#include <stdlib.h>

#include <qftp_core.h>

#include "board.h"

static size_t in_use, peak;
static unsigned requests;

size_t heap_peak(void)
{
    return peak;
}

unsigned heap_requests(void)
{
    return requests;
}

void *qftp_core_alloc(size_t size, size_t alignment)
{
    void *memory = alignment <= 8 ? malloc(size) : NULL; /* newlib aligns to 8 */

    requests++;
    if (memory == NULL)
        return NULL;
    in_use += size;
    if (in_use > peak)
        peak = in_use;
    return memory;
}

void qftp_core_free(void *memory, size_t size, size_t alignment)
{
    (void)alignment;
    in_use -= size;
    free(memory);
}

void qftp_core_panic(const char *message, size_t length)
{
    console_write(message, length);
    console_exit(1);
    for (;;) {
    }
}

void *_sbrk(int more)
{
    extern char heap_start[], heap_end[];
    static char *end = heap_start;
    char *begin = end;

    if (more > heap_end - end)
        return (void *)-1;
    end += more;
    return begin;
}
