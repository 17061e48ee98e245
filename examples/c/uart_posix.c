#define _DEFAULT_SOURCE

#include "uart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int uart_open(const char *path)
{
    int uart = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    struct termios line;

    if (uart < 0)
        return -1;
    if (tcgetattr(uart, &line) == 0) {
        cfmakeraw(&line);
        cfsetspeed(&line, B115200);
        if (tcsetattr(uart, TCSANOW, &line) == 0)
            return uart;
    }
    close(uart);
    return -1;
}

void uart_close(int uart)
{
    close(uart);
}

long uart_write(int uart, const void *bytes, size_t size)
{
    ssize_t sent = write(uart, bytes, size);

    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return (long)sent;
}

long uart_read(int uart, void *bytes, size_t size)
{
    ssize_t count = read(uart, bytes, size);

    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return (long)count;
}

int uart_wait(int uart, int writes, int longest_ms)
{
    struct pollfd line = {.fd = uart, .events = POLLIN};

    if (writes)
        line.events |= POLLOUT;
    return poll(&line, 1, longest_ms) < 0 && errno != EINTR ? -1 : 0;
}

int uart_unsent(int uart)
{
    int unsent = 0;

    return ioctl(uart, TIOCOUTQ, &unsent) == 0 ? unsent : 0;
}

void uart_discard(int uart)
{
    tcflush(uart, TCOFLUSH);
}
