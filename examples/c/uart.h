/* A UART and a clock, as a board has them: uart_posix.c for a terminal, ../firmware/board.c for a microcontroller. */
#ifndef UART_H
#define UART_H

#include <stddef.h>
#include <stdint.h>

uint64_t now_ms(void);

/* Opens the UART in raw mode; -1 if it cannot. */
int uart_open(const char *path);

void uart_close(int uart);

/* Writes as many bytes as there is room for; -1 if the line broke. */
long uart_write(int uart, const void *bytes, size_t size);

/* Reads the bytes that are there; 0 if there are none, -1 if the line broke. */
long uart_read(int uart, void *bytes, size_t size);

/* Waits for bytes, or for room if there is something to write; -1 if the line broke. */
int uart_wait(int uart, int writes, int longest_ms);

/* Returns how many of the bytes that were written have not left. */
int uart_unsent(int uart);

/* Throws away what was written and has not left. */
void uart_discard(int uart);

#endif
