/*
 * Habit: println() ends every line, so a command ends with CR LF and its LF arrives behind the CR that starts it.
 * Relies on: the LF of QFTPPUT, QFUPL and QFWRITE is not payload; counted data is all that the module takes (FIELD 2.2).
 * Shows: an upload over the line, and one that goes through a file of the module, written in pieces by QFWRITE.
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 1000

static void println(const char *text)
{
    uart_write(text, strlen(text));
    uart_write("\r\n", 2);
}

static void command(const char *text)
{
    println(text);
    uart_expect("OK", ANSWER_MS);
}

static void log_in(const struct board *board)
{
    command("ATE0");
    command("AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1");
    command("AT+QIACT=1");
    command("AT+QFTPCFG=\"contextid\",1");
    uart_print("AT+QFTPCFG=\"account\",\"%s\",\"%s\"", board->user, board->password);
    command("");
    command("AT+QFTPCFG=\"filetype\",0");
    command("AT+QFTPCFG=\"transmode\",1");
    command("AT+QFTPCFG=\"rsptimeout\",90");
    uart_print("AT+QFTPOPEN=\"%s\",%s", board->server, board->server_port);
    command("");
    uart_expect("+QFTPOPEN: 0,0", SERVER_MS);
}

static void expect_length(const char *result, size_t size)
{
    if (strtoul(uart_expect(result, SERVER_MS), NULL, 10) != size)
        board_fail("%s another length than %lu", result, (unsigned long)size);
}

static void put_over_the_line(const unsigned char *bytes, size_t size)
{
    uart_print("AT+QFTPPUT=\"line.bin\",\"COM:\",0,%lu,1", (unsigned long)size);
    println("");
    uart_expect("CONNECT", SERVER_MS);
    uart_write(bytes, size);
    uart_expect("OK", SERVER_MS);
    expect_length("+QFTPPUT: 0,", size);
}

static void write_piece(int handle, const unsigned char *bytes, size_t size)
{
    uart_print("AT+QFWRITE=%d,%lu", handle, (unsigned long)size);
    println("");
    uart_expect("CONNECT", ANSWER_MS);
    uart_write(bytes, size);
    expect_length("+QFWRITE: ", size);
    uart_expect("OK", ANSWER_MS);
}

static void write_file(const unsigned char *bytes, size_t size)
{
    size_t done, length;
    int handle;

    println("AT+QFOPEN=\"staged.bin\",1");
    handle = atoi(uart_expect("+QFOPEN: ", ANSWER_MS));
    uart_expect("OK", ANSWER_MS);
    for (done = 0; done < size; done += length) {
        length = size - done < PIECE ? size - done : PIECE;
        write_piece(handle, bytes + done, length);
    }
    uart_print("AT+QFCLOSE=%d", handle);
    command("");
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);
    size_t size;
    unsigned char *bytes = file_load("up.bin", &size);

    log_in(&board);
    put_over_the_line(bytes, size);
    /* A byte too many would stand before this command now. */
    command("AT");
    write_file(bytes, size);
    command("AT+QFTPPUT=\"staged.bin\",\"staged.bin\",0");
    expect_length("+QFTPPUT: 0,", size);
    command("AT+QFDEL=\"staged.bin\"");
    command("AT+QFTPCLOSE");
    uart_expect("+QFTPCLOSE: 0,0", SERVER_MS);
    command("AT");
    free(bytes);
    puts("done");
    return 0;
}
