/*
 * Replaces the UART of a firmware by an emulator. The firmware's own AT code, below, knows two functions, uart_write
 * and uart_read. Here they lead to an emulator inside the process instead of a device. So the firmware runs in a test.
 *
 *     export FTP_HOST=127.0.0.1 FTP_PORT=2121 FTP_USER=joe FTP_PASSWORD=word
 *     ./uart_drop_in report.txt "temperature 21.5"
 */
#define _POSIX_C_SOURCE 200809L

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qftp.h>
#include <qftp_emulator.h>

/* ---- the drop-in: what the firmware calls its UART ---- */

struct uart {
    qftp_emulator *emulator;
    char received[4096];
    size_t length;
};

/* Runs inside qftp_emulator_poll, as the receive interrupt of a UART would be. Anything but 0 is an error. */
static int on_output(const void *bytes, size_t size, void *user)
{
    struct uart *uart = user;

    if (size > sizeof uart->received - uart->length)
        return -1; /* overrun */
    memcpy(uart->received + uart->length, bytes, size);
    uart->length += size;
    return 0;
}

static void on_urc(const char *line, size_t length, void *user)
{
    (void)length;
    (void)user;
    printf("[%s]\n", line);
}

static int uart_open(struct uart *uart)
{
    qftp_emulator_options options;
    qftp_error error;

    QFTP_INIT(options);
    QFTP_INIT(error);
    options.dialect = "ec2x";
    options.on_output = on_output;
    options.on_urc = on_urc;
    options.output_user = options.urc_user = uart;
    uart->length = 0;
    if (qftp_emulator_open(&options, &uart->emulator, &error) == QFTP_OK)
        return 0;
    fprintf(stderr, "uart_drop_in: %s\n", error.message);
    return -1;
}

static void uart_close(struct uart *uart)
{
    qftp_emulator_free(uart->emulator);
}

static int uart_write(struct uart *uart, const char *bytes, size_t size)
{
    size_t written;

    for (; size != 0; bytes += written, size -= written)
        if (qftp_emulator_write(uart->emulator, bytes, size, 1000, &written) != QFTP_OK || written == 0)
            return -1;
    return 0;
}

/* Returns the bytes that came within the time, at most size. */
static int uart_read(struct uart *uart, char *buffer, size_t size, unsigned timeout_ms)
{
    if (uart->length == 0 && qftp_emulator_poll(uart->emulator, timeout_ms, NULL) != QFTP_OK)
        return -1;
    if (size > uart->length)
        size = uart->length;
    memcpy(buffer, uart->received, size);
    uart->length -= size;
    memmove(uart->received, uart->received + size, uart->length);
    return (int)size;
}

/* ---- the firmware: it would run on the device as it stands here ---- */

/* Reads until a line starts with `wanted`. Another result of the same command, an error, or 30 seconds of silence end it. */
static int at_expect(struct uart *uart, const char *wanted)
{
    const char *colon = strchr(wanted, ':');
    size_t name = colon ? (size_t)(colon - wanted) + 1 : strlen(wanted);
    char line[256] = "";
    size_t length = 0;
    char byte;

    while (uart_read(uart, &byte, 1, 30000) == 1) {
        if (byte != '\n' && byte != '\r') {
            if (length < sizeof line - 1)
                line[length++] = byte;
            continue;
        }
        line[length] = '\0';
        length = 0;
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            return 0;
        if (strncmp(line, wanted, name) == 0 || strstr(line, "ERROR") != NULL)
            break;
    }
    fprintf(stderr, "firmware: no \"%s\"; the last line is \"%s\"\n", wanted, line);
    return -1;
}

static int at_command(struct uart *uart, const char *wanted, const char *format, ...)
{
    char command[256];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(command, sizeof command - 1, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= (int)sizeof command - 1)
        return -1;
    command[length++] = '\r';
    if (uart_write(uart, command, (size_t)length) != 0)
        return -1;
    return at_expect(uart, wanted);
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value ? value : otherwise;
}

static int firmware(struct uart *uart, const char *remote, const char *text)
{
    size_t length = strlen(text);
    char stored[64];

    snprintf(stored, sizeof stored, "+QFTPPUT: 0,%lu", (unsigned long)length);
    if (at_command(uart, "OK", "ATE0") != 0 ||
        at_command(uart, "OK", "AT+QICSGP=1,1,\"internet\"") != 0 ||
        at_command(uart, "OK", "AT+QIACT=1") != 0 ||
        at_command(uart, "OK", "AT+QFTPCFG=\"contextid\",1") != 0 ||
        at_command(uart, "OK", "AT+QFTPCFG=\"account\",\"%s\",\"%s\"", setting("FTP_USER", "joe"),
                   setting("FTP_PASSWORD", "word")) != 0 ||
        at_command(uart, "+QFTPOPEN: 0,0", "AT+QFTPOPEN=\"%s\",%s", setting("FTP_HOST", "127.0.0.1"),
                   setting("FTP_PORT", "21")) != 0 ||
        at_command(uart, "CONNECT", "AT+QFTPPUT=\"%s\",\"COM:\",0,%lu,1", remote, (unsigned long)length) != 0)
        return -1;
    if (uart_write(uart, text, length) != 0 || at_expect(uart, stored) != 0)
        return -1;
    return at_command(uart, "+QFTPCLOSE: 0,0", "AT+QFTPCLOSE");
}

int main(int argc, char **argv)
{
    struct uart uart;
    int result;

    if (argc != 3) {
        fprintf(stderr, "usage: uart_drop_in REMOTE TEXT\n");
        return EXIT_FAILURE;
    }
    if (uart_open(&uart) != 0)
        return EXIT_FAILURE;
    result = firmware(&uart, argv[1], argv[2]);
    uart_close(&uart);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
