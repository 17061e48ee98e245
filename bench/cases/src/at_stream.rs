//! A stream of AT lines, as a host without an operation reads them.

use std::fmt::Write as _;

/// Returns at least so many bytes of lines that a module says, of thirteen kinds in turn: URCs, information, results.
pub fn at_stream(length: usize) -> String {
    let mut stream = String::with_capacity(length + 256);
    for n in 0usize.. {
        if stream.len() >= length {
            break;
        }
        let line = match n % 13 {
            0 => write!(stream, "\r\n+CSQ: {},99\r\n", n % 32),
            1 => write!(stream, "\r\nOK\r\n"),
            2 => write!(stream, "\r\n+CREG: 0,1\r\n"),
            3 => write!(stream, "\r\n+QIURC: \"recv\",{}\r\n", n % 12),
            4 => write!(stream, "\r\n+CME ERROR: {}\r\n", 600 + n % 32),
            5 => write!(
                stream,
                "\r\n+QIACT: 1,1,1,\"10.0.{}.{}\"\r\n",
                n % 256,
                n % 251
            ),
            6 => write!(stream, "\r\nERROR\r\n"),
            7 => write!(stream, "\r\n+CGREG: 1\r\n"),
            8 => write!(stream, "\r\nRDY\r\n"),
            9 => write!(stream, "\r\n+QFTPSTAT: 0,{}\r\n", n % 5),
            10 => write!(stream, "\r\n+QFLST: \"UFS:file{n}.bin\",{}\r\n", n * 37),
            11 => write!(stream, "\r\n+CMTI: \"SM\",{}\r\n", n % 40),
            _ => write!(stream, "\r\n+QIND: \"csq\",{},99\r\n", n % 32),
        };
        line.expect("a string takes all");
    }
    stream
}
