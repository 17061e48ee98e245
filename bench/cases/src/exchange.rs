//! One command and its answer, again and again, without a line between them.

use qftp::dialect::ec2x::EC2X;
use qftp::host::{Host, Operation};

use crate::turn::{Count, NOW, turn};

/// A host that asks for the size of a file.
#[derive(Debug)]
pub struct Exchange(Host);

impl Default for Exchange {
    fn default() -> Self {
        let mut exchange = Exchange(Host::new(&EC2X));
        exchange.run(); // buffers have grown
        exchange
    }
}

impl Exchange {
    /// Asks once.
    pub fn run(&mut self) {
        let mut count = Count::default();
        let host = &mut self.0;
        host.start(NOW, Operation::Size(b"a.bin")).expect("started");
        turn(host, &mut count);
        host.handle_input(NOW, b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1000\r\n");
        turn(host, &mut count);
        assert!(count.done, "the command is answered: {host:?}");
    }
}
