/*
 * The engine without a port: a loop of poll(2) that owns the terminal and the clock, as a firmware's own loop does, and
 * reads at most 256 bytes at once. It logs in and uploads a file; the library itself opens, reads and waits for nothing.
 *
 *     export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
 *     ./bare_engine /dev/ttyUSB2 log.txt logs/log.txt
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <qftp.h>

enum { STEP = 256 }; /* bytes written at once */

struct loop {
    qftp_host *host;
    int uart;
    FILE *file;           /* what is uploaded */
    char chunk[1024];     /* read from it, not yet taken by the engine */
    size_t start, end;
    uint64_t number;      /* what the last operation gave */
};

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int open_uart(const char *path)
{
    int uart = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    struct termios line;

    if (uart < 0)
        return -1;
    if (tcgetattr(uart, &line) == 0) {
        cfmakeraw(&line);
        cfsetspeed(&line, B115200);
        if (tcsetattr(uart, TCSANOW, &line) == 0)
            return uart;
    }
    close(uart);
    return -1;
}

static int failed(struct loop *loop, const char *what)
{
    qftp_error error;

    QFTP_INIT(error);
    qftp_host_last_error(loop->host, &error);
    fprintf(stderr, "bare_engine: %s: %s\n", what, error.message);
    return -1;
}

/* Gives the engine as much of the file as it takes now. */
static int supply(struct loop *loop)
{
    size_t taken;

    do {
        if (loop->start == loop->end) {
            loop->start = 0;
            loop->end = fread(loop->chunk, 1, sizeof loop->chunk, loop->file);
            if (ferror(loop->file)) {
                perror("file");
                return -1;
            }
        }
        if (qftp_host_supply(loop->host, loop->chunk + loop->start, loop->end - loop->start, &taken) != QFTP_OK)
            return failed(loop, "supply");
        loop->start += taken;
    } while (taken != 0);
    return 0;
}

/* Takes all events; returns 1 once the operation is done, 0 before, -1 if it failed. */
static int handle_events(struct loop *loop, const char *what)
{
    qftp_event event;
    int done = 0;

    QFTP_INIT(event);
    while (qftp_host_event(loop->host, &event) == QFTP_OK && event.kind != QFTP_EVENT_NONE) {
        switch (event.kind) {
        case QFTP_EVENT_WANT_DATA:
            if (supply(loop) != 0)
                return -1;
            break;
        case QFTP_EVENT_URC:
            printf("%.*s\n", (int)event.length, (const char *)event.bytes);
            break;
        case QFTP_EVENT_DONE:
            if (event.status != QFTP_OK)
                return failed(loop, what);
            loop->number = event.number;
            done = 1;
            break;
        default:
            break;
        }
    }
    return done;
}

/*
 * Writes a small step of what the engine has to send; *waiting is true if there was something. What the module says
 * between two steps stops an upload: it is in command mode again, and would execute the rest.
 */
static int transmit(struct loop *loop, int *waiting)
{
    const void *bytes;
    size_t size = 0;
    ssize_t sent;
    int discard = 0;

    qftp_host_discard(loop->host, &discard);
    if (discard)
        tcflush(loop->uart, TCOFLUSH);
    qftp_host_transmit(loop->host, &bytes, &size);
    *waiting = size != 0;
    if (size == 0)
        return 0;
    sent = write(loop->uart, bytes, size < STEP ? size : STEP);
    if (sent > 0)
        qftp_host_transmitted(loop->host, now_ms(), (size_t)sent);
    if (sent >= 0 || errno == EAGAIN || errno == EINTR)
        return 0;
    perror("write");
    return -1;
}

/* While the line must be silent, tells the engine that the UART still has bytes to send. */
static void watch_silence(struct loop *loop)
{
    int keeps = 0, unsent = 0;

    qftp_host_keeps_silence(loop->host, &keeps);
    if (keeps && ioctl(loop->uart, TIOCOUTQ, &unsent) == 0 && unsent > 0)
        qftp_host_note_unsent(loop->host, now_ms());
}

/* Returns the longest wait of poll(2) before the engine needs the time. */
static int patience(struct loop *loop)
{
    uint64_t deadline = QFTP_NEVER, now = now_ms();

    qftp_host_deadline(loop->host, &deadline);
    if (deadline <= now)
        return 0;
    return deadline - now < 20 ? (int)(deadline - now) : 20;
}

/* Runs one turn of the loop: waits for the UART or the deadline, and informs the engine. */
static int turn(struct loop *loop, int waiting)
{
    struct pollfd uart = {.fd = loop->uart, .events = POLLIN};
    char bytes[256];
    ssize_t count;

    watch_silence(loop);
    if (waiting)
        uart.events |= POLLOUT;
    if (poll(&uart, 1, patience(loop)) < 0 && errno != EINTR) {
        perror("poll");
        return -1;
    }
    count = read(loop->uart, bytes, sizeof bytes);
    if (count > 0) {
        qftp_host_input(loop->host, now_ms(), bytes, (size_t)count);
    } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
        perror("read");
        return -1;
    } else {
        qftp_host_timeout(loop->host, now_ms()); /* before its deadline it does nothing */
    }
    return 0;
}

/* Runs the operation that was started, to its end. */
static int run(struct loop *loop, const char *what, qftp_status started)
{
    int done, waiting = 0;

    if (started != QFTP_OK)
        return failed(loop, what);
    while ((done = handle_events(loop, what)) == 0)
        if (transmit(loop, &waiting) != 0 || turn(loop, waiting) != 0)
            return -1;
    return done < 0 ? -1 : 0;
}

static int upload(struct loop *loop, const char *remote)
{
    const char *port = getenv("FTP_PORT");
    qftp_login_options login;
    uint64_t length;

    QFTP_INIT(login);
    login.host = getenv("FTP_HOST");
    login.port = port ? (uint32_t)strtoul(port, NULL, 10) : 21;
    login.user = getenv("FTP_USER");
    login.password = getenv("FTP_PASSWORD");

    if (fseek(loop->file, 0, SEEK_END) != 0) {
        perror("file");
        return -1;
    }
    length = (uint64_t)ftell(loop->file);
    rewind(loop->file);

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
    struct loop loop = {0};
    int result = -1;

    if (argc != 4) {
        fprintf(stderr, "usage: bare_engine TTY FILE REMOTE\n");
        return EXIT_FAILURE;
    }
    loop.uart = open_uart(argv[1]);
    loop.file = fopen(argv[2], "rb");
    if (loop.uart < 0)
        perror(argv[1]);
    else if (loop.file == NULL)
        perror(argv[2]);
    else if (qftp_host_new(NULL, &loop.host) != QFTP_OK)
        fprintf(stderr, "bare_engine: no memory\n");
    else
        result = upload(&loop, argv[3]);

    qftp_host_free(loop.host);
    if (loop.file != NULL)
        fclose(loop.file);
    if (loop.uart >= 0)
        close(loop.uart);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
