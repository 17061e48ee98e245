/*
 * Habit: println() ends every line, also that of FTPPUT, whose data is counted and goes up in pieces of 1000 bytes.
 * Relies on: the LF behind FTPPUT's CR is not payload (FIELD 2.2), 1 is success (FIELD 9), FTPOPEN may have empty fields
 * in front of the port (FIELD 9), and the last piece has 1 as its third parameter (003 §1.2.20).
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECE 1000 /* the module takes up to 1024 */

static void command(const char *text)
{
    uart_print("%s\r\n", text);
    uart_expect("OK", ANSWER_MS);
}

static void put_piece(const unsigned char *bytes, size_t size, int is_last)
{
    uart_print("AT+FTPPUT=\"up.bin\",%lu,%d\r\n", (unsigned long)size, is_last);
    if (strtoul(uart_expect("+FTPPUT: 2,", SERVER_MS), NULL, 10) != size)
        board_fail("the module does not take %lu bytes", (unsigned long)size);
    uart_write(bytes, size);
    uart_expect("OK", SERVER_MS);
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);
    size_t size, done, length;
    unsigned char *bytes = file_load("up.bin", &size);

    command("ATE0");
    command("AT+MIPCALL=1,\"CTNET\"");
    uart_expect("+MIPCALL: ", SERVER_MS);
    uart_print("AT+FTPOPEN=\"%s\",\"%s\",\"%s\",,,%s,0\r\n", board.server, board.user, board.password,
               board.server_port);
    uart_expect("OK", ANSWER_MS);
    uart_expect("+FTPOPEN: 1", SERVER_MS);
    for (done = 0; done < size; done += length) {
        length = size - done < PIECE ? size - done : PIECE;
        put_piece(bytes + done, length, done + length == size);
    }
    uart_expect("+FTPPUT: 1", SERVER_MS);
    command("AT+FTPCLOSE");
    uart_expect("+FTPCLOSE: 1", SERVER_MS);
    command("AT");
    free(bytes);
    puts("done");
    return 0;
}
