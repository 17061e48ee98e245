/*
 * Habit: the folder is chosen before the session is opened, and the next step begins at the path's result alone.
 * Relies on: QFTPPATH without a session says 0 and applies at the login (001 §2.2.5 names no condition); the result may
 * have a blank behind the colon (FIELD 1.5).
 * Shows: a download that is counted by QFTPSIZE.
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum step { ECHO, CONTEXT, APN, USER, PASSWORD, FOLDER, OPEN, SIZE, GET, CLOSE, DONE };

/* Sends the command of a step. */
static void send(enum step step, const struct board *board)
{
    switch (step) {
    case ECHO:
        uart_print("ATE0\r");
        break;
    case CONTEXT:
        uart_print("AT+QIFGCNT=0\r");
        break;
    case APN:
        uart_print("AT+QICSGP=1,\"CMNET\"\r");
        break;
    case USER:
        uart_print("AT+QFTPUSER=\"%s\"\r", board->user);
        break;
    case PASSWORD:
        uart_print("AT+QFTPPASS=\"%s\"\r", board->password);
        break;
    case FOLDER:
        uart_print("AT+QFTPPATH=\"/firmware\"\r");
        break;
    case OPEN:
        uart_print("AT+QFTPOPEN=\"%s\",%s\r", board->server, board->server_port);
        break;
    case SIZE:
        uart_print("AT+QFTPSIZE=\"down.bin\"\r");
        break;
    case GET:
        uart_print("AT+QFTPGET=\"down.bin\"\r");
        break;
    default:
        uart_print("AT+QFTPCLOSE\r");
    }
}

/* Waits for a result; returns its number. */
static long result(const char *name)
{
    return strtol(uart_expect(name, SERVER_MS), NULL, 10);
}

static void expect_success(const char *name)
{
    if (result(name) != 0)
        board_fail("%s failed", name);
}

static void receive(unsigned char *bytes, size_t size)
{
    size_t got, count;

    uart_expect("CONNECT", SERVER_MS);
    if (uart_read(bytes, 1, ANSWER_MS) != 1)
        board_fail("no line end behind CONNECT");
    for (got = 0; got < size; got += count)
        if ((count = uart_read(bytes + got, size - got, SERVER_MS)) == 0)
            board_fail("%lu of %lu bytes", (unsigned long)got, (unsigned long)size);
    if (result("+QFTPGET:") != (long)size)
        board_fail("another length than %lu", (unsigned long)size);
}

int main(int argc, char **argv)
{
    static unsigned char bytes[1 << 20];
    struct board board = board_start(argc, argv);
    long size = 0;
    int step;

    for (step = ECHO; step != DONE; step++) {
        send((enum step)step, &board);
        uart_expect("OK", ANSWER_MS);
        if (step == FOLDER)
            expect_success("+QFTPPATH:");
        else if (step == OPEN)
            expect_success("+QFTPOPEN:");
        else if (step == SIZE && ((size = result("+QFTPSIZE:")) <= 0 || size > (long)sizeof bytes))
            board_fail("%ld is not a size", size);
        else if (step == GET)
            receive(bytes, (size_t)size);
        else if (step == CLOSE)
            expect_success("+QFTPCLOSE:");
    }
    uart_print("AT\r");
    uart_expect("OK", ANSWER_MS);
    file_save("down.bin", bytes, (size_t)size);
    puts("done");
    return 0;
}
