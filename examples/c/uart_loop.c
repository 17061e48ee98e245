#define _DEFAULT_SOURCE

#include "uart_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { STEP = 256 }; /* bytes written at once */

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

/* Gives the engine as much of the upload as it takes now. */
static qftp_status supply(struct uart_loop *loop)
{
    size_t taken;

    do {
        if (loop->start == loop->end) {
            loop->start = loop->end = 0;
            if (loop->give == NULL || loop->give(loop->user, loop->chunk, sizeof loop->chunk, &loop->end) != 0) {
                loop->end = 0;
                return QFTP_ERR_LOCAL;
            }
        }
        if (qftp_host_supply(loop->host, loop->chunk + loop->start, loop->end - loop->start, &taken) != QFTP_OK)
            return QFTP_ERR_INTERNAL;
        loop->start += taken;
    } while (taken != 0);
    return QFTP_OK;
}

/* Takes all events. Once the operation is done, *done is 1 and its status returned. */
static qftp_status handle_events(struct uart_loop *loop, int *done)
{
    qftp_event event;

    QFTP_INIT(event);
    while (qftp_host_event(loop->host, &event) == QFTP_OK && event.kind != QFTP_EVENT_NONE) {
        switch (event.kind) {
        case QFTP_EVENT_WANT_DATA:
            if (supply(loop) != QFTP_OK) {
                qftp_host_abort(loop->host, now_ms());
                *done = 1;
                return QFTP_ERR_LOCAL;
            }
            break;
        case QFTP_EVENT_DATA:
            if (loop->take != NULL && loop->take(loop->user, event.bytes, event.length) != 0)
                qftp_host_abort(loop->host, now_ms()); /* QFTP_EVENT_DONE follows */
            break;
        case QFTP_EVENT_URC:
            printf("%.*s\n", (int)event.length, (const char *)event.bytes);
            break;
        case QFTP_EVENT_DONE:
            loop->number = event.number;
            *done = 1;
            return (qftp_status)event.status;
        default:
            break;
        }
    }
    return QFTP_OK;
}

/*
 * Writes a small step of what the engine has to send; *waiting is true if there was something. What the module says
 * between two steps stops an upload: it is in command mode again, and would execute the rest.
 */
static qftp_status transmit(struct uart_loop *loop, int *waiting)
{
    const void *bytes;
    size_t size = 0;
    ssize_t sent;
    int discard = 0;

    qftp_host_discard(loop->host, &discard);
    if (discard)
        tcflush(loop->uart, TCOFLUSH);
    qftp_host_transmit(loop->host, &bytes, &size);
    *waiting = size != 0;
    if (size == 0)
        return QFTP_OK;
    sent = write(loop->uart, bytes, size < STEP ? size : STEP);
    if (sent > 0)
        qftp_host_transmitted(loop->host, now_ms(), (size_t)sent);
    return sent >= 0 || errno == EAGAIN || errno == EINTR ? QFTP_OK : QFTP_ERR_LINE;
}

/* While the line must be silent, tells the engine that the UART still has bytes to send. */
static void watch_silence(struct uart_loop *loop)
{
    int keeps = 0, unsent = 0;

    qftp_host_keeps_silence(loop->host, &keeps);
    if (keeps && ioctl(loop->uart, TIOCOUTQ, &unsent) == 0 && unsent > 0)
        qftp_host_note_unsent(loop->host, now_ms());
}

/* Returns the longest wait of poll(2) before the engine needs the time. */
static int patience(struct uart_loop *loop)
{
    uint64_t deadline = QFTP_NEVER, now = now_ms();

    qftp_host_deadline(loop->host, &deadline);
    if (deadline <= now)
        return 0;
    return deadline - now < 20 ? (int)(deadline - now) : 20;
}

/* Runs one turn of the loop: waits for the UART or the deadline, and informs the engine. */
static qftp_status turn(struct uart_loop *loop, int waiting)
{
    struct pollfd uart = {.fd = loop->uart, .events = POLLIN};
    char bytes[256];
    ssize_t count;

    watch_silence(loop);
    if (waiting)
        uart.events |= POLLOUT;
    if (poll(&uart, 1, patience(loop)) < 0 && errno != EINTR)
        return QFTP_ERR_LINE;
    count = read(loop->uart, bytes, sizeof bytes);
    if (count > 0)
        qftp_host_input(loop->host, now_ms(), bytes, (size_t)count);
    else if (count < 0 && errno != EAGAIN && errno != EINTR)
        return QFTP_ERR_LINE;
    else
        qftp_host_timeout(loop->host, now_ms()); /* before its deadline it does nothing */
    return QFTP_OK;
}

qftp_status uart_loop_run(struct uart_loop *loop, qftp_status started)
{
    qftp_status status = started;
    int done = 0, waiting = 0;

    loop->start = loop->end = 0;
    while (status == QFTP_OK) {
        status = handle_events(loop, &done);
        if (done || status != QFTP_OK)
            return status;
        status = transmit(loop, &waiting);
        if (status == QFTP_OK)
            status = turn(loop, waiting);
    }
    return status;
}

qftp_status uart_loop_wait(struct uart_loop *loop, uint64_t until_ms)
{
    qftp_status status = QFTP_OK;
    int done = 0, waiting = 0;

    while (status == QFTP_OK && now_ms() < until_ms) {
        handle_events(loop, &done);
        status = transmit(loop, &waiting);
        if (status == QFTP_OK)
            status = turn(loop, waiting);
    }
    return status;
}
