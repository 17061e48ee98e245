/* The debugger's side: console, command line and end (Arm, Semihosting for AArch32 and AArch64). */
#include <stdint.h>
#include <string.h>

#include "board.h"

enum { WRITE0 = 0x04, COMMAND_LINE = 0x15, EXIT_EXTENDED = 0x20 };

static int call(int operation, const void *argument)
{
    register int r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = argument;

    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void console_write(const char *text, size_t size)
{
    char piece[65];

    while (size != 0) {
        size_t count = size < sizeof piece - 1 ? size : sizeof piece - 1;

        memcpy(piece, text, count);
        piece[count] = '\0';
        call(WRITE0, piece);
        text += count;
        size -= count;
    }
}

void console_exit(int code)
{
    const uint32_t reason[2] = {0x20026, (uint32_t)code}; /* the application ends */

    call(EXIT_EXTENDED, reason);
}

void console_command_line(char *line, size_t size)
{
    struct {
        char *line;
        uint32_t size;
    } request = {line, (uint32_t)size};

    if (call(COMMAND_LINE, &request) != 0)
        line[0] = '\0';
}
