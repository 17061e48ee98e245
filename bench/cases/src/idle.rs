//! A host without an operation reads the lines of its module.

use qftp::dialect::ec2x::EC2X;
use qftp::host::Host;

use crate::turn::{Count, NOW, turn};

/// Reads the stream in pieces of `chunk` bytes, and returns the number of lines.
pub fn run(stream: &[u8], chunk: usize) -> u64 {
    let mut host = Host::new(&EC2X);
    let mut count = Count::default();
    for read in stream.chunks(chunk) {
        host.handle_input(NOW, read);
        turn(&mut host, &mut count);
    }
    count.lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_stream::at_stream;

    #[test]
    fn lines_are_the_same_however_they_are_cut() {
        let stream = at_stream(50_000);
        let lines = run(stream.as_bytes(), 4096);
        // The final results among them belong to no command and are no URCs.
        let all = stream.matches('\n').count() as u64 / 2;
        assert!(lines > all / 2 && lines < all);
        assert_eq!(run(stream.as_bytes(), 1), lines);
    }
}
