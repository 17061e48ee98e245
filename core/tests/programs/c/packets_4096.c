/*
 * Habit: DMA fills a buffer that has room for a packet of 4096 bytes and half of the next one; the main loop looks every 20 ms.
 * Relies on: the speed of the line. At 115200 bit/s 230 bytes come between two looks (FIELD 5); faster, the buffer runs
 * over before CONNECT is seen. Each packet is written to flash before the next one is awaited.
 */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKET 4096
#define LOOK_MS 20

enum state { LOGGING_IN, OPENING, ASKING_SIZE, WAITING_FOR_CONNECT, RECEIVING, ENDING, CLOSING, DONE };

static struct {
    unsigned char bytes[PACKET + 2048];
    size_t length;
} dma;

static unsigned char image[1 << 20];
static size_t image_size, received;

/* What DMA did while the main loop was elsewhere. */
static void look(void)
{
    size_t room = sizeof dma.bytes - 1 - dma.length;
    size_t count = uart_read(dma.bytes + dma.length, room, 0);

    if (count == room)
        board_fail("overrun: the line is faster than the main loop");
    dma.length += count;
    dma.bytes[dma.length] = '\0';
}

static void forget(size_t count)
{
    dma.length -= count;
    memmove(dma.bytes, dma.bytes + count, dma.length + 1);
}

/* Returns whether the text has come, and forgets all up to its end. */
static int seen(const char *text)
{
    char *found = strstr((char *)dma.bytes, text);

    if (found == NULL)
        return 0;
    forget((size_t)(found - (char *)dma.bytes) + strlen(text));
    return 1;
}

static void send_login(const struct board *board, unsigned step)
{
    switch (step) {
    case 0:
        uart_print("ATE0\r");
        break;
    case 1:
        uart_print("AT+QICSGP=1,\"CMNET\"\r");
        break;
    case 2:
        uart_print("AT+QFTPUSER=\"%s\"\r", board->user);
        break;
    case 3:
        uart_print("AT+QFTPPASS=\"%s\"\r", board->password);
        break;
    default:
        uart_print("AT+QFTPOPEN=\"%s\",%s\r", board->server, board->server_port);
    }
}

/* A packet, or the rest of the image, goes to flash. */
static void store_packet(void)
{
    size_t left = image_size - received;
    size_t size = left < PACKET ? left : PACKET;

    if (dma.length < size)
        return;
    memcpy(image + received, dma.bytes, size);
    received += size;
    forget(size);
}

static enum state ask_size(void)
{
    char *colon;

    if ((colon = strstr((char *)dma.bytes, "+QFTPSIZE:")) == NULL || strchr(colon, '\n') == NULL)
        return ASKING_SIZE;
    image_size = strtoul(colon + strlen("+QFTPSIZE:"), NULL, 10);
    if (image_size == 0 || image_size > sizeof image)
        board_fail("%s is not a size", colon);
    forget(dma.length);
    uart_print("AT+QFTPGET=\"down.bin\"\r");
    return WAITING_FOR_CONNECT;
}

static enum state end_transfer(void)
{
    char end[64];

    snprintf(end, sizeof end, "+QFTPGET:%lu\r\n", (unsigned long)image_size);
    if (!seen(end))
        return ENDING;
    uart_print("AT+QFTPCLOSE\r");
    return CLOSING;
}

/* One round of the main loop. */
static enum state step(const struct board *board, enum state state)
{
    static unsigned login;

    switch (state) {
    case LOGGING_IN:
        if (!seen("OK\r\n"))
            return LOGGING_IN;
        send_login(board, ++login);
        return login == 4 ? OPENING : LOGGING_IN;
    case OPENING:
        if (!seen("+QFTPOPEN:0\r\n"))
            return OPENING;
        uart_print("AT+QFTPSIZE=\"down.bin\"\r");
        return ASKING_SIZE;
    case ASKING_SIZE:
        return ask_size();
    case WAITING_FOR_CONNECT:
        return seen("CONNECT\r\n") ? RECEIVING : WAITING_FOR_CONNECT;
    case RECEIVING:
        store_packet();
        return received == image_size ? ENDING : RECEIVING;
    case ENDING:
        return end_transfer();
    default:
        return seen("+QFTPCLOSE:0\r\n") ? DONE : CLOSING;
    }
}

int main(int argc, char **argv)
{
    struct board board = board_start(argc, argv);
    enum state state = LOGGING_IN;
    unsigned long started = clock_ms();

    send_login(&board, 0);
    while (state != DONE) {
        if (clock_ms() - started > 3 * SERVER_MS)
            board_fail("state %d does not end; \"%s\"", (int)state, dma.bytes);
        clock_wait(LOOK_MS);
        look();
        state = step(&board, state);
    }
    file_save("down.bin", image, image_size);
    puts("done");
    return 0;
}
