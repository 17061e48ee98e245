/* The board on a POSIX system. */
#define _POSIX_C_SOURCE 200809L

#include "board.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define BITS_PER_SECOND 115200
#define BITS_PER_BYTE 10 /* with start and stop bit */

static int uart;
static const char *folder;
static unsigned slower = 1;

void board_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static int open_socket(const char *address)
{
    struct addrinfo hints = {0}, *found;
    const char *colon = strrchr(address, ':');
    char host[256] = "";
    int connected, on = 1;

    if (colon == NULL || (size_t)(colon - address) >= sizeof host)
        board_fail("%s: no HOST:PORT", address);
    memcpy(host, address, (size_t)(colon - address));
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        board_fail("%s: unknown", address);
    connected = socket(found->ai_family, SOCK_STREAM, 0);
    if (connected < 0 || connect(connected, found->ai_addr, found->ai_addrlen) != 0)
        board_fail("%s: no connection", address);
    freeaddrinfo(found);
    /* A UART does not collect bytes either. */
    setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return connected;
}

static int open_device(const char *path)
{
    struct termios mode;
    int device = open(path, O_RDWR | O_NOCTTY);

    if (device < 0 || tcgetattr(device, &mode) != 0)
        board_fail("%s: no terminal", path);
    /* Bytes as they are: 8 bits, no parity, nothing translated. */
    mode.c_iflag = 0;
    mode.c_oflag = 0;
    mode.c_lflag = 0;
    mode.c_cflag = CS8 | CREAD | CLOCAL;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    if (cfsetispeed(&mode, B115200) != 0 || cfsetospeed(&mode, B115200) != 0 || tcsetattr(device, TCSANOW, &mode) != 0)
        board_fail("%s: it takes no settings", path);
    return device;
}

struct board board_start(int argc, char **argv)
{
    static const char scheme[] = "socket://";
    const char *factor = getenv("SLOWER");
    struct board board;

    if (factor != NULL && (slower = (unsigned)strtoul(factor, NULL, 10)) == 0)
        board_fail("SLOWER=%s: no factor", factor);
    if (argc != 7)
        board_fail("usage: %s PORT SERVER SERVER_PORT USER PASSWORD FOLDER", argv[0]);
    if (strncmp(argv[1], scheme, sizeof scheme - 1) == 0)
        uart = open_socket(argv[1] + sizeof scheme - 1);
    else
        uart = open_device(argv[1]);
    board.server = argv[2];
    board.server_port = argv[3];
    board.user = argv[4];
    board.password = argv[5];
    folder = argv[6];
    return board;
}

void uart_write(const void *bytes, size_t size)
{
    const char *next = bytes;
    size_t left = size;

    while (left != 0) {
        ssize_t written = write(uart, next, left);

        if (written <= 0)
            board_fail("the line is gone");
        next += written;
        left -= (size_t)written;
    }
    clock_wait((unsigned)(size * 1000 * BITS_PER_BYTE / BITS_PER_SECOND));
}

void uart_print(const char *format, ...)
{
    char text[512];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        board_fail("%s: too long", format);
    uart_write(text, (size_t)length);
}

size_t uart_read(void *buffer, size_t size, unsigned wait_ms)
{
    struct pollfd readable = {0};
    ssize_t count;

    readable.fd = uart;
    readable.events = POLLIN;
    if (poll(&readable, 1, (int)(wait_ms * slower)) <= 0)
        return 0;
    count = read(uart, buffer, size);
    if (count <= 0)
        board_fail("the line is gone");
    return (size_t)count;
}

const char *uart_read_line(unsigned wait_ms)
{
    static char line[512];
    size_t length = 0;
    char byte;

    while (uart_read(&byte, 1, wait_ms) == 1) {
        if (byte == '\r' || byte == '\n') {
            line[length] = '\0';
            if (length != 0)
                return line;
        } else if (length < sizeof line - 1) {
            line[length++] = byte;
        }
    }
    return NULL;
}

const char *uart_expect(const char *start, unsigned wait_ms)
{
    const char *line;

    while ((line = uart_read_line(wait_ms)) != NULL) {
        if (strncmp(line, start, strlen(start)) == 0)
            return line + strlen(start);
        if (strstr(line, "ERROR") != NULL)
            break;
    }
    board_fail("%s instead of %s", line == NULL ? "silence" : line, start);
    return NULL;
}

unsigned long clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000) / slower;
}

void clock_wait(unsigned ms)
{
    struct timespec time;

    ms *= slower;
    time.tv_sec = ms / 1000;
    time.tv_nsec = (long)(ms % 1000) * 1000000;
    nanosleep(&time, NULL);
}

static FILE *file_open(const char *name, const char *mode)
{
    char path[4096];
    FILE *file;

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        board_fail("%s: its path is too long", name);
    file = fopen(path, mode);
    if (file == NULL)
        board_fail("%s: it does not open", path);
    return file;
}

unsigned char *file_load(const char *name, size_t *size)
{
    FILE *file = file_open(name, "rb");
    unsigned char *bytes = malloc(1 << 20);

    if (bytes == NULL)
        board_fail("no memory");
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

void file_save(const char *name, const void *bytes, size_t size)
{
    FILE *file = file_open(name, "wb");

    if (fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        board_fail("%s: not written", name);
}
