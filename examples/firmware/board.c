/*
 * The board: start, a clock of one millisecond, and the UART of uart.h. Received bytes go into a ring by interrupt; where
 * the ring is full the interrupt stays off and the line waits, as it would with RTS.
 */
#include "board.h"

#include "uart.h"

int main(void);

/* ---- registers ---- */

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CONTROL REGISTER(0x40004008)
#define UART_INTERRUPT REGISTER(0x4000400c)
#define UART_DIVISOR REGISTER(0x40004010)
enum { UART_TX_FULL = 1, UART_RX_FULL = 2 };
enum { UART_TX_ON = 1, UART_RX_ON = 2, UART_RX_INTERRUPT = 8 };
enum { UART_RX_PENDING = 2 };

#define TICK_CONTROL REGISTER(0xe000e010)
#define TICK_RELOAD REGISTER(0xe000e014)
#define TICK_VALUE REGISTER(0xe000e018)
#define INTERRUPTS_ON REGISTER(0xe000e100)
#define COPROCESSORS REGISTER(0xe000ed88)

enum { CLOCK_HZ = 25000000 };

/* ---- the clock ---- */

static volatile uint32_t ticks;
static volatile uint32_t overflows;

static void on_tick(void)
{
    if (++ticks == 0)
        overflows++;
}

uint64_t now_ms(void)
{
    uint32_t high, low;

    do {
        high = overflows;
        low = ticks;
    } while (high != overflows);
    return (uint64_t)high << 32 | low;
}

/* ---- the UART ---- */

static volatile uint8_t ring[1024];
static volatile uint32_t ring_in, ring_out;

static void on_received(void)
{
    UART_INTERRUPT = UART_RX_PENDING;
    while (UART_STATE & UART_RX_FULL) {
        if (ring_in - ring_out == sizeof ring) {
            UART_CONTROL = UART_TX_ON | UART_RX_ON;
            return;
        }
        ring[ring_in % sizeof ring] = (uint8_t)UART_DATA;
        ring_in++;
    }
}

int uart_open(const char *path)
{
    (void)path;
    UART_DIVISOR = 16;
    UART_CONTROL = UART_TX_ON | UART_RX_ON | UART_RX_INTERRUPT;
    INTERRUPTS_ON = 1;
    return 0;
}

void uart_close(int uart)
{
    (void)uart;
    UART_CONTROL = 0;
}

long uart_write(int uart, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;
    size_t sent = 0;

    (void)uart;
    while (sent < size && !(UART_STATE & UART_TX_FULL))
        UART_DATA = next[sent++];
    return (long)sent;
}

long uart_read(int uart, void *bytes, size_t size)
{
    uint8_t *place = bytes;
    size_t count = 0;

    (void)uart;
    while (count < size && ring_out != ring_in) {
        place[count++] = ring[ring_out % sizeof ring];
        ring_out++;
    }
    if (count != 0 && !(UART_CONTROL & UART_RX_INTERRUPT)) {
        __asm volatile("cpsid i");
        UART_CONTROL = UART_TX_ON | UART_RX_ON | UART_RX_INTERRUPT;
        on_received(); /* what waits in the register has no interrupt of its own */
        __asm volatile("cpsie i");
    }
    return (long)count;
}

int uart_wait(int uart, int writes, int longest_ms)
{
    uint64_t end = now_ms() + (uint64_t)longest_ms;

    (void)uart;
    while (ring_in == ring_out && now_ms() < end && !(writes && !(UART_STATE & UART_TX_FULL)))
        __asm volatile("wfi");
    return 0;
}

int uart_unsent(int uart)
{
    (void)uart;
    return UART_STATE & UART_TX_FULL ? 1 : 0;
}

void uart_discard(int uart)
{
    (void)uart; /* one byte at most waits, and it leaves */
}

/* ---- start ---- */

extern uint32_t stack_bottom[], stack_top[], data_start[], data_end[], data_source[], bss_start[], bss_end[];

enum { PAINT = 0x5aa55aa5 };

size_t stack_used(void)
{
    const uint32_t *at = stack_bottom;

    while (at < stack_top && *at == PAINT)
        at++;
    return (size_t)(stack_top - at) * sizeof *at;
}

static void on_fault(void)
{
    static const char text[] = "the processor met a fault\n";

    console_write(text, sizeof text - 1);
    console_exit(1);
}

void reset(void)
{
    uint32_t *to, *from = data_source, *here;

    COPROCESSORS |= 0xf00000; /* the floating-point unit */
    __asm volatile("mov %0, sp" : "=r"(here));
    for (to = stack_bottom; to < here - 64; to++)
        *to = (uint32_t)PAINT;
    for (to = data_start; to < data_end;)
        *to++ = *from++;
    for (to = bss_start; to < bss_end;)
        *to++ = 0;
    TICK_RELOAD = CLOCK_HZ / 1000 - 1;
    TICK_VALUE = 0;
    TICK_CONTROL = 7; /* on, with its interrupt, by the processor's clock */
    console_exit(main());
}

typedef void (*handler)(void);

struct vectors {
    uint32_t *stack;
    handler reset, faults[5], none[8], tick, received;
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {
    .stack = stack_top,
    .reset = reset,
    .faults = {on_fault, on_fault, on_fault, on_fault, on_fault},
    .tick = on_tick,
    .received = on_received,
};
