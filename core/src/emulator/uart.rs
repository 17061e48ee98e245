//! The UART between the line and the module, at the end of a data mode that broke.
//!
//! A module that leaves data mode by itself, since its server is gone, executes what comes next. In that moment its UART
//! holds no more than [`UART_BUFFER`] bytes of the payload. On a real line the rest has not left the host, which hears
//! the module and keeps it back, or it is lost, as without flow control. A pseudo terminal or a socket holds much more,
//! all at once: what does not fit into the UART is lost here too. What the host sends after that reaches the module.

/// The bytes that the UART of a module holds. No manual states it.
pub(super) const UART_BUFFER: usize = 1024;

/// The UART.
#[derive(Debug, Default)]
pub(super) struct Uart {
    data_mode: bool,
    /// Data mode broke, and the line was not empty since: the room that is left.
    room: Option<usize>,
}

impl Uart {
    /// Takes note of the line's mode: where it was data mode before, that has broken.
    pub(super) fn follow(&mut self, data_mode: bool) {
        if self.data_mode && !data_mode {
            self.room = Some(UART_BUFFER);
        }
        self.data_mode = data_mode;
    }

    /// Takes note of the mode that the host's own bytes led to.
    pub(super) fn set_data_mode(&mut self, data_mode: bool) {
        self.data_mode = data_mode;
    }

    /// Tells whether the line brings what was sent before data mode broke.
    pub(super) fn overruns(&self) -> bool {
        self.room.is_some()
    }

    /// Takes bytes that the line has brought; returns how many of them it holds.
    pub(super) fn hold(&mut self, count: usize) -> usize {
        let Some(room) = &mut self.room else {
            return count;
        };
        let held = count.min(*room);
        *room -= held;
        held
    }

    /// Takes note that the line is empty; returns true if it was not known to be.
    pub(super) fn empty(&mut self) -> bool {
        self.room.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_data_mode_that_broke_it_holds_so_much_and_no_more() {
        for (brought, held) in [(UART_BUFFER, UART_BUFFER), (UART_BUFFER + 1, UART_BUFFER)] {
            let mut uart = Uart::default();
            uart.follow(true);
            assert_eq!(uart.hold(5000), 5000);
            uart.follow(false);
            assert!(uart.overruns());
            assert_eq!(uart.hold(1) + uart.hold(brought - 1), held);
            assert!(uart.empty() && !uart.empty());
            assert_eq!(uart.hold(5000), 5000);
        }
    }

    #[test]
    fn an_end_by_the_host_loses_nothing() {
        let mut uart = Uart::default();
        uart.follow(true);
        uart.set_data_mode(false);
        uart.follow(false);
        assert!(!uart.overruns());
    }
}
