/*
 * The board of a firmware: a UART, a clock and a small file system. Here the UART is a pseudo terminal or a socket, the
 * file system a folder. A program of this folder is a firmware: it knows the board and nothing of libqftp.
 *
 *     ./program PORT SERVER SERVER_PORT USER PASSWORD FOLDER
 *
 * PORT is a device, or socket://HOST:PORT. SLOWER=10 in the environment makes the board's clock ten times slower: all
 * times of the program are ten times longer then, and a busy machine does not matter. The line has to be slower too.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>

/* What the firmware was configured with. */
struct board {
    const char *server;
    const char *server_port;
    const char *user;
    const char *password;
};

/* Reads the arguments and opens the UART, at 115200 bit/s. */
struct board board_start(int argc, char **argv);

/* Prints why the firmware gives up, and ends it. */
void board_fail(const char *format, ...);

/* How long to wait for what the module answers by itself, and for what the server has a part in. */
enum { ANSWER_MS = 10000, SERVER_MS = 60000 };

/* Sends bytes. It takes as long as the line takes for them, as with a UART that has no buffer. */
void uart_write(const void *bytes, size_t size);
/* Sends a text, made as by printf. */
void uart_print(const char *format, ...);

/* Returns the bytes that have come, at most size; waits so long for the first one. 0 is silence. */
size_t uart_read(void *buffer, size_t size, unsigned wait_ms);

/* Returns the next line that is not empty, without its end; NULL after so much silence. It stays until the next call. */
const char *uart_read_line(unsigned wait_ms);

/* Waits for a line that begins so and returns the rest of it. Others are passed over; an error ends the firmware. */
const char *uart_expect(const char *start, unsigned wait_ms);

/* Returns the milliseconds since some moment, on the board's clock; all times are. */
unsigned long clock_ms(void);
void clock_wait(unsigned ms);

/* Returns a file, to be freed. */
unsigned char *file_load(const char *name, size_t *size);
void file_save(const char *name, const void *bytes, size_t size);

#endif
