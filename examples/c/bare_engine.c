/*
 * The engine without a port: a loop of poll(2) (uart_loop.c) owns the terminal and the clock, as a firmware's own loop does,
 * and reads at most 256 bytes at once. It logs in and uploads a file; the library itself opens, reads and waits for nothing.
 *
 *     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
 *     ./bare_engine /dev/ttyUSB2 log.txt logs/log.txt
 */
#define _DEFAULT_SOURCE

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "uart_loop.h"

static int give(void *user, void *bytes, size_t size, size_t *count)
{
    *count = fread(bytes, 1, size, (FILE *)user);
    return ferror((FILE *)user);
}

/* Runs an operation that was started; says why it failed. */
static int run(struct uart_loop *loop, const char *what, qftp_status started)
{
    qftp_status status = uart_loop_run(loop, started);
    qftp_error error;

    if (status == QFTP_OK)
        return 0;
    QFTP_INIT(error);
    qftp_host_last_error(loop->host, &error);
    fprintf(stderr, "bare_engine: %s: %s\n", what, error.status == (int)status ? error.message : qftp_strerror(status));
    return -1;
}

static int upload(struct uart_loop *loop, FILE *file, const char *remote)
{
    const char *port = getenv("FTP_PORT");
    qftp_login_options login;
    uint64_t length;

    QFTP_INIT(login);
    login.host = getenv("FTP_HOST");
    login.port = port ? (uint32_t)strtoul(port, NULL, 10) : 21;
    login.user = getenv("FTP_USER");
    login.password = getenv("FTP_PASSWORD");

    if (fseek(file, 0, SEEK_END) != 0) {
        perror("file");
        return -1;
    }
    length = (uint64_t)ftell(file);
    rewind(file);

    loop->give = give;
    loop->user = file;
    if (run(loop, "identify", qftp_host_identify(loop->host, now_ms())) != 0 ||
        run(loop, "login", qftp_host_login(loop->host, now_ms(), &login)) != 0 ||
        run(loop, "put", qftp_host_put(loop->host, now_ms(), remote, 0, length, 1)) != 0)
        return -1;
    printf("%s: %" PRIu64 " bytes\n", remote, loop->number);
    if (loop->number != length) {
        fprintf(stderr, "bare_engine: the file has %" PRIu64 "\n", length);
        return -1;
    }
    return run(loop, "close", qftp_host_logout(loop->host, now_ms()));
}

int main(int argc, char **argv)
{
    struct uart_loop loop = {0};
    FILE *file;
    int result = -1;

    if (argc != 4) {
        fprintf(stderr, "usage: bare_engine TTY FILE REMOTE\n");
        return EXIT_FAILURE;
    }
    loop.uart = uart_open(argv[1]);
    file = fopen(argv[2], "rb");
    if (loop.uart < 0)
        perror(argv[1]);
    else if (file == NULL)
        perror(argv[2]);
    else if (qftp_host_new(NULL, &loop.host) != QFTP_OK)
        fprintf(stderr, "bare_engine: no memory\n");
    else
        result = upload(&loop, file, argv[3]);

    qftp_host_free(loop.host);
    if (file != NULL)
        fclose(file);
    if (loop.uart >= 0)
        uart_close(loop.uart);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
