/*
 * Habit: the module is restarted before work, and the program waits for RDY, the SIM card and PB DONE.
 * Relies on: AT+CFUN=1,1 restarts the module, which prints its boot lines; settings and contexts are gone (FIELD 1.12).
 * Shows: a download that is counted by QFTPSIZE, in one piece over the line (FIELD 2.1).
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>

#define BOOT_MS 120000

static void command(const char *text)
{
    uart_print("%s\r\n", text);
    uart_expect("OK", ANSWER_MS);
}

static void restart(void)
{
    command("AT+CFUN=1,1");
    uart_expect("RDY", BOOT_MS);
    uart_expect("+CPIN: READY", BOOT_MS);
    uart_expect("+QIND: PB DONE", BOOT_MS);
}

static void activate_context(void)
{
    /* The echo is on again after a restart. */
    command("ATE0");
    command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1");
    /* A context that had outlived the restart would refuse this. */
    command("AT+QIACT=1");
}

static void log_in(const struct board *board)
{
    uart_print("AT+QFTPCFG=\"account\",\"%s\",\"%s\"\r\n", board->user, board->password);
    uart_expect("OK", ANSWER_MS);
    command("AT+QFTPCFG=\"filetype\",0");
    command("AT+QFTPCFG=\"transmode\",1");
    uart_print("AT+QFTPOPEN=\"%s\",%s\r\n", board->server, board->server_port);
    uart_expect("OK", ANSWER_MS);
    uart_expect("+QFTPOPEN: 0,0", SERVER_MS);
}

static void download(void)
{
    unsigned char *bytes;
    size_t size, got, count;

    command("AT+QFTPSIZE=\"down.bin\"");
    size = strtoul(uart_expect("+QFTPSIZE: 0,", SERVER_MS), NULL, 10);
    bytes = malloc(size);
    uart_print("AT+QFTPGET=\"down.bin\",\"COM:\"\r\n");
    uart_expect("CONNECT", SERVER_MS);
    /* The LF of CONNECT's line end. */
    if (bytes == NULL || uart_read(bytes, 1, ANSWER_MS) != 1)
        board_fail("no room, or no data");
    for (got = 0; got < size; got += count)
        if ((count = uart_read(bytes + got, size - got, SERVER_MS)) == 0)
            board_fail("%lu of %lu bytes", (unsigned long)got, (unsigned long)size);
    uart_expect("OK", SERVER_MS);
    if (strtoul(uart_expect("+QFTPGET: 0,", SERVER_MS), NULL, 10) != size)
        board_fail("another length than %lu", (unsigned long)size);
    file_save("down.bin", bytes, size);
    free(bytes);
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);

    activate_context();
    restart();
    activate_context();
    log_in(&board);
    download();
    command("AT+QFTPCLOSE");
    uart_expect("+QFTPCLOSE: 0,0", SERVER_MS);
    command("AT");
    puts("done");
    return 0;
}
