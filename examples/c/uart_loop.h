/* A loop around the bare engine, on a UART of one's own (uart.h), as a firmware has it. */
#ifndef UART_LOOP_H
#define UART_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include <qftp.h>

#include "uart.h"

struct uart_loop {
    qftp_host *host;
    int uart;
    /* Fills a buffer with bytes of an upload, and stores how many; anything but 0 ends the operation. */
    int (*give)(void *user, void *bytes, size_t size, size_t *count);
    /* Takes bytes of a download or a listing; anything but 0 ends the operation. */
    int (*take)(void *user, const void *bytes, size_t size);
    void *user;
    uint64_t number; /* what the last operation gave */
    char chunk[1024]; /* bytes of an upload that the engine has not taken yet */
    size_t start, end;
};

/* Runs the operation that was started, to its end. QFTP_ERR_LINE: the terminal broke. QFTP_ERR_LOCAL: give failed. */
qftp_status uart_loop_run(struct uart_loop *loop, qftp_status started);

/* Waits until a time, and reads the line meanwhile. */
qftp_status uart_loop_wait(struct uart_loop *loop, uint64_t until_ms);

#endif
