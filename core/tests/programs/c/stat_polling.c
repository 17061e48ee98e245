/*
 * Habit: the state machine asks QFTPSTAT every 200 ms instead of waiting for the results of QFTPOPEN and QFTPCLOSE.
 * Relies on: the number of the state stands behind OK (FIELD 1.3), QFTPSTAT is answered while a session is on its way
 * (002 §2.17), and CR LF before counted data adds nothing to it (FIELD 2.2).
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_MS 200
#define POLLS 300

/* The states of the module's FTP service (002 §2.17). */
enum service { OPENING, IDLE, TRANSFERRING, CLOSING, CLOSED };

static void command(const char *text)
{
    uart_print("%s\r\n", text);
    uart_expect("OK", ANSWER_MS);
}

static void poll_for(enum service wanted)
{
    int polls;

    for (polls = 0; polls < POLLS; polls++) {
        command("AT+QFTPSTAT");
        if (atoi(uart_expect("+QFTPSTAT: 0,", ANSWER_MS)) == (int)wanted)
            return;
        clock_wait(POLL_MS);
    }
    board_fail("state %d never comes", (int)wanted);
}

/* Runs a command on a folder; returns whether the server did it. */
static int done_with(const char *name, const char *folder)
{
    char result[32];

    uart_print("AT+%s=\"%s\"\r\n", name, folder);
    uart_expect("OK", ANSWER_MS);
    snprintf(result, sizeof result, "+%s: ", name);
    return strcmp(uart_expect(result, SERVER_MS), "0,0") == 0;
}

/* Goes into a folder on the server, and makes it if it is not there. */
static void enter(const char *folder)
{
    if (done_with("QFTPCWD", folder))
        return;
    if (!done_with("QFTPMKDIR", folder) || !done_with("QFTPCWD", folder))
        board_fail("%s is not made", folder);
}

static void put(const unsigned char *bytes, size_t size)
{
    uart_print("AT+QFTPPUT=\"up.bin\",\"COM:\",0,%lu,1\r\n", (unsigned long)size);
    uart_expect("CONNECT", SERVER_MS);
    uart_write(bytes, size);
    uart_expect("OK", SERVER_MS);
    if (strtoul(uart_expect("+QFTPPUT: 0,", SERVER_MS), NULL, 10) != size)
        board_fail("not all of it went up");
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);
    size_t size;
    unsigned char *bytes = file_load("up.bin", &size);

    command("ATE0");
    command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1");
    command("AT+QIACT=1");
    uart_print("AT+QFTPCFG=\"account\",\"%s\",\"%s\"\r\n", board.user, board.password);
    uart_expect("OK", ANSWER_MS);
    command("AT+QFTPCFG=\"filetype\",0");
    command("AT+QFTPCFG=\"transmode\",1");
    uart_print("AT+QFTPOPEN=\"%s\",%s\r\n", board.server, board.server_port);
    uart_expect("OK", ANSWER_MS);
    poll_for(IDLE);
    enter("/");
    enter("logs");
    enter("day1");
    put(bytes, size);
    poll_for(IDLE);
    command("AT+QFTPCLOSE");
    poll_for(CLOSED);
    command("AT");
    free(bytes);
    puts("done");
    return 0;
}
