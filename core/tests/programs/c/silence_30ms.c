/*
 * Habit: an answer is over when the line has been silent for 30 ms. It is compared as one text.
 * Relies on: a pause between OK and the result that comes later (FIELD 1.2); the payload of QFTPGET follows CONNECT
 * directly and is counted by QFTPSIZE, since no length comes in advance (001 §2.2.4, FIELD 2.1).
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE_MS 30
/* The rest of an answer that is cut in two comes within this time, or it was no part of it. */
#define REST_MS 500

static char answer[256];

/* Reads up to the silence behind something; appends it. */
static void read_until_silence(size_t *length, unsigned wait_ms)
{
    size_t count;

    while ((count = uart_read(answer + *length, sizeof answer - 1 - *length, wait_ms)) != 0) {
        *length += count;
        wait_ms = SILENCE_MS;
    }
    answer[*length] = '\0';
}

/* Waits for an answer with this text at its end: one that has more behind it is another answer. */
static void expect(const char *end, unsigned wait_ms)
{
    size_t length = 0, before;

    do {
        before = length;
        read_until_silence(&length, length == 0 ? wait_ms : REST_MS);
        if (length >= strlen(end) && strcmp(answer + length - strlen(end), end) == 0)
            return;
    } while (length != before);
    board_fail("\"%s\" does not end with \"%s\"", answer, end);
}

static void command(const char *text)
{
    uart_print("%s\r", text);
    expect("\r\nOK\r\n", ANSWER_MS);
}

/* A command whose result comes in an answer of its own. */
static void command_with_result(const char *text, const char *result)
{
    command(text);
    expect(result, SERVER_MS);
}

static void open_session(const struct board *board)
{
    char text[256];

    command("ATE0");
    command("AT+QIFGCNT=0");
    command("AT+QICSGP=1,\"CMNET\"");
    snprintf(text, sizeof text, "AT+QFTPUSER=\"%s\"", board->user);
    command(text);
    snprintf(text, sizeof text, "AT+QFTPPASS=\"%s\"", board->password);
    command(text);
    snprintf(text, sizeof text, "AT+QFTPOPEN=\"%s\",%s", board->server, board->server_port);
    command_with_result(text, "\r\n+QFTPOPEN:0\r\n");
}

static size_t ask_size(void)
{
    unsigned long size;

    command("AT+QFTPSIZE=\"down.bin\"");
    expect("\r\n", SERVER_MS);
    if (sscanf(answer, "\r\n+QFTPSIZE:%lu\r\n", &size) != 1)
        board_fail("%s is not a size", answer);
    return (size_t)size;
}

static void download(size_t size)
{
    static const char connect[] = "\r\nCONNECT\r\n";
    char start[sizeof connect] = "", end[64];
    unsigned char *bytes = malloc(size);
    size_t got = 0, count;

    command("AT+QFTPGET=\"down.bin\"");
    while (got < sizeof connect - 1) {
        count = uart_read(start + got, sizeof connect - 1 - got, SERVER_MS);
        if (count == 0)
            board_fail("no CONNECT");
        got += count;
    }
    if (memcmp(start, connect, sizeof connect - 1) != 0)
        board_fail("\"%s\" instead of CONNECT", start);
    for (got = 0; got < size; got += count) {
        count = uart_read(bytes + got, size - got, SERVER_MS);
        if (count == 0)
            board_fail("%lu of %lu bytes", (unsigned long)got, (unsigned long)size);
    }
    snprintf(end, sizeof end, "\r\n+QFTPGET:%lu\r\n", (unsigned long)size);
    expect(end, SERVER_MS);
    file_save("down.bin", bytes, size);
    free(bytes);
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);

    open_session(&board);
    download(ask_size());
    command("AT");
    command_with_result("AT+QFTPCLOSE", "\r\n+QFTPCLOSE:0\r\n");
    puts("done");
    return 0;
}
