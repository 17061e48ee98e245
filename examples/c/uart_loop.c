#include "uart_loop.h"

#include <stdio.h>

enum { STEP = 256 }; /* bytes written at once */

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
    long sent;
    int discard = 0;

    qftp_host_discard(loop->host, &discard);
    if (discard)
        uart_discard(loop->uart);
    qftp_host_transmit(loop->host, &bytes, &size);
    *waiting = size != 0;
    if (size == 0)
        return QFTP_OK;
    sent = uart_write(loop->uart, bytes, size < STEP ? size : STEP);
    if (sent > 0)
        qftp_host_transmitted(loop->host, now_ms(), (size_t)sent);
    return sent >= 0 ? QFTP_OK : QFTP_ERR_LINE;
}

/* While the line must be silent, tells the engine that the UART still has bytes to send. */
static void watch_silence(struct uart_loop *loop)
{
    int keeps = 0;

    qftp_host_keeps_silence(loop->host, &keeps);
    if (keeps && uart_unsent(loop->uart) > 0)
        qftp_host_note_unsent(loop->host, now_ms());
}

/* Returns the longest wait before the engine needs the time. */
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
    char bytes[256];
    long count;

    watch_silence(loop);
    if (uart_wait(loop->uart, waiting, patience(loop)) != 0)
        return QFTP_ERR_LINE;
    count = uart_read(loop->uart, bytes, sizeof bytes);
    if (count > 0)
        qftp_host_input(loop->host, now_ms(), bytes, (size_t)count);
    else if (count < 0)
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
