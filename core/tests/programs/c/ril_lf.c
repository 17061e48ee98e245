/*
 * Habit: a radio interface layer ends commands with LF alone, takes their OK, and leaves the late results in the stream
 * until a command that needs one; the port is a text, and a login is tried five times at intervals of 2 s.
 * Relies on: LF ends a command (FIELD 7), QFTPCFG=6 is accepted (FIELD 8), a result is a line that begins with its name
 * (FIELD 1.11); the module's own files carry the payload (001 §4.2.2, §4.3.2).
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 5
#define RETRY_MS 2000

enum result { RESULT_OK, RESULT_ERROR };

/* Sends a command and takes its final result. What else comes is information, or a result that is late. */
static enum result send(const char *text)
{
    const char *line;

    uart_print("%s\n", text);
    while ((line = uart_read_line(ANSWER_MS)) != NULL) {
        if (strcmp(line, "OK") == 0)
            return RESULT_OK;
        if (strstr(line, "ERROR") != NULL)
            return RESULT_ERROR;
    }
    board_fail("%s: no answer", text);
    return RESULT_ERROR;
}

static void command(const char *text)
{
    if (send(text) != RESULT_OK)
        board_fail("%s: ERROR", text);
}

/* Waits for a result by its name; results of earlier commands are passed over. */
static long late_result(const char *name)
{
    const char *line;

    while ((line = uart_read_line(SERVER_MS)) != NULL)
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            return strtol(line + strlen(name) + 1, NULL, 10);
    board_fail("no %s", name);
    return -1;
}

static void command_with_result(const char *text, const char *name, long wanted)
{
    long result;

    command(text);
    result = late_result(name);
    if (result != wanted)
        board_fail("%s: %ld instead of %ld", text, result, wanted);
}

static void set_up(const struct board *board)
{
    char text[256];

    command("ATE0");
    command("AT+CLIP=1");
    command("AT+COLP=0");
    snprintf(text, sizeof text, "AT+QFTPUSER=\"%s\"", board->user);
    command(text);
    snprintf(text, sizeof text, "AT+QFTPPASS=\"%s\"", board->password);
    command(text);
    command("AT+QFTPCFG=1,1");
    command("AT+QFTPCFG=6,1");
    command("AT+QIFGCNT=0");
    command("AT+QICSGP=1,\"CMNET\"");
    command("AT+QIREGAPP");
    command("AT+QIACT");
}

static void log_in(const struct board *board)
{
    char text[256];
    int tries;

    snprintf(text, sizeof text, "AT+QFTPOPEN=\"%s\",\"%s\"", board->server, board->server_port);
    for (tries = 0; tries < TRIES; tries++) {
        if (send(text) == RESULT_OK && late_result("+QFTPOPEN") == 0)
            return;
        clock_wait(RETRY_MS);
    }
    board_fail("no session; this is where the module is reset");
}

/* Puts a file into the module, and from there on the server. */
static void upload(const unsigned char *bytes, size_t size)
{
    char text[128];

    uart_print("AT+QFUPL=\"up.bin\",%lu,10\n", (unsigned long)size);
    uart_expect("CONNECT", ANSWER_MS);
    uart_write(bytes, size);
    if (strtoul(uart_expect("+QFUPL: ", ANSWER_MS), NULL, 10) != size)
        board_fail("QFUPL: another length than %lu", (unsigned long)size);
    uart_expect("OK", ANSWER_MS);
    command_with_result("AT+QFTPCFG=4,\"/UFS/\"", "+QFTPCFG", 0);
    snprintf(text, sizeof text, "AT+QFTPPUT=\"up.bin\",%lu", (unsigned long)size);
    command_with_result(text, "+QFTPPUT", (long)size);
}

/* Gets a file from the server into the module, and reads it there. */
static void download(void)
{
    static unsigned char bytes[1 << 16];
    char text[64];
    long size;
    size_t got = 0, count;

    command("AT+QFTPSIZE=\"down.bin\"");
    size = late_result("+QFTPSIZE");
    if (size <= 0 || (size_t)size > sizeof bytes)
        board_fail("%ld is not a size", size);
    snprintf(text, sizeof text, "AT+QFTPGET=\"down.bin\",%ld", size);
    command_with_result(text, "+QFTPGET", size);
    uart_print("AT+QFDWL=\"down.bin\"\n");
    uart_expect("CONNECT", ANSWER_MS);
    /* The LF of CONNECT's line end. */
    if (uart_read(bytes, 1, ANSWER_MS) != 1 || bytes[0] != '\n')
        board_fail("QFDWL: no line end");
    for (; got < (size_t)size; got += count)
        if ((count = uart_read(bytes + got, (size_t)size - got, ANSWER_MS)) == 0)
            board_fail("QFDWL: %lu of %ld bytes", (unsigned long)got, size);
    if (strtol(uart_expect("+QFDWL: ", ANSWER_MS), NULL, 10) != size)
        board_fail("QFDWL: another length than %ld", size);
    uart_expect("OK", ANSWER_MS);
    file_save("down.bin", bytes, (size_t)size);
    command("AT+QFDEL=\"down.bin\"");
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);
    size_t size;
    unsigned char *bytes = file_load("up.bin", &size);

    set_up(&board);
    log_in(&board);
    upload(bytes, size);
    download();
    command("AT+QFTPSTAT");
    command_with_result("AT+QFTPCLOSE", "+QFTPCLOSE", 0);
    command("AT");
    free(bytes);
    puts("done");
    return 0;
}
