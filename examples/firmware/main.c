/*
 * A device that uploads its log and downloads its next image. Both are in memory here, in place of flash; the image has
 * a beginning already, left by a download that a reset ended. The transfer itself is ../c/bare_transfer.c as it is.
 */
#define _DEFAULT_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qftp.h>

#include "board.h"

int bare_transfer(int argc, char **argv);

enum { LOG = 50000, IMAGE = 80000, HAVE = 30000 };

/* The content of both files, so that the other side knows it too. */
static int content(unsigned long at)
{
    return (int)((at * 7 + at / 251) & 0xff);
}

static int write_file(const char *name, unsigned long size)
{
    FILE *file = fopen(name, "wb");
    unsigned long at;

    for (at = 0; file != NULL && at < size; at++)
        putc(content(at), file);
    return file == NULL || fclose(file) != 0 ? -1 : 0;
}

static int is_whole(const char *name, unsigned long size)
{
    FILE *file = fopen(name, "rb");
    unsigned long at = 0;

    while (file != NULL && at < size && getc(file) == content(at))
        at++;
    return at == size && getc(file) == EOF;
}

static int transfer(const char *direction, const char *local, const char *remote)
{
    char *arguments[] = {"firmware", (char *)direction, "uart", (char *)local, (char *)remote, NULL};

    return bare_transfer(5, arguments);
}

/* firmware HOST PORT USER PASSWORD */
static int set_account(char *line)
{
    static const char *const names[] = {"FTP_HOST", "FTP_PORT", "FTP_USER", "FTP_PASSWORD"};
    size_t i;

    if (strtok(line, " ") == NULL)
        return -1;
    for (i = 0; i < sizeof names / sizeof *names; i++) {
        const char *word = strtok(NULL, " ");

        if (word == NULL || setenv(names[i], word, 1) != 0)
            return -1;
    }
    return 0;
}

int main(void)
{
    char line[256];

    setvbuf(stdout, NULL, _IOLBF, 256);
    console_command_line(line, sizeof line);
    if (set_account(line) != 0) {
        printf("usage: firmware HOST PORT USER PASSWORD\n");
        return 1;
    }
    printf("libqftp %s\n", qftp_version());
    if (write_file("log.txt", LOG) != 0 || write_file("image.bin", HAVE) != 0)
        return 1;
    if (transfer("put", "log.txt", "firmware.log") != 0 || transfer("get", "image.bin", "firmware.bin") != 0)
        return 1;
    printf("image: %s\n", is_whole("image.bin", IMAGE) ? "whole" : "damaged");
    printf("library: %lu bytes of heap at most, %u requests; %lu bytes of stack\n", (unsigned long)heap_peak(),
           heap_requests(), (unsigned long)stack_used());
    fflush(stdout);
    return 0;
}
