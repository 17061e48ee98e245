/* What the files of this firmware share beside uart.h. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>

/* Returns how many bytes of the stack were ever in use. */
size_t stack_used(void);

/* Returns how many bytes the library had at most at a time, and how often it asked for some. */
size_t heap_peak(void);
unsigned heap_requests(void);

/* Prints on the console of the debugger; stops the machine there. */
void console_write(const char *text, size_t size);
void console_exit(int code);

/* Reads the words of the command line of the debugger. */
void console_command_line(char *line, size_t size);

#endif
